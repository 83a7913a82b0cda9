"""The door for WSGI servers."""

import multiprocessing
import os
import signal

from django.core.wsgi import get_wsgi_application

from moviedb.running.children import end_with_parent

# A server's worker process must not outlive its master, which would go on answering at the port
# when the master was killed before it could say so.
master = multiprocessing.parent_process()
if master is not None:
    end_with_parent(signal.SIGKILL)
    if not master.is_alive():  # It died before we asked.
        os._exit(1)

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "moviedb.settings")
application = get_wsgi_application()
