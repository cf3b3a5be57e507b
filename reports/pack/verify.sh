#!/bin/sh
# Verifies this pack with openssl, sha256sum and pdfsig alone: no code of Assay takes part.
#   sh verify.sh              is everything as it was signed, and who signed it?
#   sh verify.sh CA.pem       and does the signer's certificate lead to this authority?
# Exit: 0 valid, 1 altered, 2 intact but the signer is unknown, 3 a tool is missing.
set -u
anchor=${1:-}
case "$anchor" in ''|/*) ;; *) anchor=$PWD/$anchor ;; esac
cd "$(dirname "$0")" || exit 3
for tool in openssl sha256sum sed; do
  command -v "$tool" >/dev/null || { echo "missing tool: $tool"; exit 3; }
done
altered() { echo "ALTERED: $1"; exit 1; }

# 1. The signature over the list of files.
openssl cms -verify -binary -inform DER -in manifest.json.p7s -content manifest.json \
  -noverify -out /dev/null 2>/dev/null || altered 'manifest.json does not fit its signature manifest.json.p7s'

# 2. Every file against the signed list, and nothing beside it.
sums=$(sed -n 's/^{"path":"\([^"]*\)","sha256":"\([0-9a-f]\{64\}\)".*/\2  \1/p' manifest.json)
[ -n "$sums" ] || altered 'manifest.json lists no files'
printf '%s\n' "$sums" | sha256sum --check --quiet --strict - || altered 'a file differs from the signed list'
sha256sum --check --quiet --strict checksums.sha256 || altered 'a file differs from checksums.sha256'
listed=$(printf '%s\n' "$sums" | wc -l)
present=$(find . -type f ! -name manifest.json ! -name manifest.json.p7s ! -name checksums.sha256 | wc -l)
[ "$listed" -eq "$present" ] || altered "$present files are here, $listed were signed"
[ "$(wc -l < checksums.sha256)" -eq "$((listed + 2))" ] || altered 'checksums.sha256 is not as it was written'

# 3. The signature inside the PDF. "Valid" alone is not enough: appended bytes leave it valid.
if [ -f report.pdf ]; then
  if command -v pdfsig >/dev/null; then
    pdf=$(pdfsig report.pdf 2>/dev/null)
    echo "$pdf" | grep -q 'Signature is Valid' || altered 'report.pdf: its signature does not hold'
    echo "$pdf" | grep -q 'Total document signed' || altered 'report.pdf: bytes were appended behind its signature'
  else
    echo 'note: pdfsig is not installed, the signature inside report.pdf was not looked at'
  fi
fi

# 4. Who signed.
signer=$(openssl cms -verify -binary -inform DER -in manifest.json.p7s -content manifest.json \
  -noverify -out /dev/null -signer /dev/stdout 2>/dev/null)
echo "$signer" | openssl x509 -noout -subject -fingerprint -sha256 -dates
if [ -z "$anchor" ]; then
  echo 'INTACT, SIGNER UNKNOWN: give the authority that you trust: sh verify.sh CA.pem'
  exit 2
fi
if openssl cms -verify -cades -binary -inform DER -in manifest.json.p7s -content manifest.json \
  -CAfile "$anchor" -partial_chain -purpose any -out /dev/null 2>/dev/null; then
  echo 'VALID'
else
  echo 'INTACT, SIGNER UNKNOWN: the signer does not lead to that authority'
  exit 2
fi
