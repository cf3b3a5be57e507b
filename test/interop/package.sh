#!/bin/sh
# The package as a user gets it: packed, installed in an empty folder, run from there.
set -eu
cd "$(dirname "$0")/../.."
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm pack --silent --pack-destination "$folder" >/dev/null
cd "$folder"
echo '{"name":"elsewhere","private":true,"puppeteer":{"skipDownload":true},"allowScripts":{"libxmljs2":true,"esbuild":true,"puppeteer":false}}' > package.json
npm install --silent --no-audit --no-fund ./assay-*.tgz
npx --no-install assay --version
npx --no-install assay list >/dev/null
npx --no-install assay demo --out "$folder/run"
cd "$folder"/run/*/
sh verify.sh signer.pem
