"""Switched off: closed ports."""
import peers

peers.run({'dicom': f'127.0.0.1:{peers.closed_port()}', 'rad69': f'http://127.0.0.1:{peers.closed_port()}/xdsi'})
