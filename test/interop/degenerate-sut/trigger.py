"""The hook of the degenerate systems: says that it shared. `same_answer` submits the one submission that it knows."""
import os
import re
import subprocess
import sys
import tempfile

CASE = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..', 'witness', 'cases', 'share-ct-study')
if sys.argv[1] == 'same_answer':
    with open(os.path.join(CASE, 'rad-68.request.http'), 'rb') as file:
        head, _, body = file.read().partition(b'\r\n\r\n')
    content_type = re.search(rb'(?im)^content-type: (.*?)\r?$', head).group(1).decode()
    with tempfile.NamedTemporaryFile() as sent:
        sent.write(body)
        sent.flush()
        subprocess.run(
            ['curl', '--silent', '--max-time', '30', '--header', f'Content-Type: {content_type}', '--data-binary', f'@{sent.name}',
             '--output', os.devnull, os.environ['ASSAY_REPOSITORY_URL']], check=False)
print('done')
