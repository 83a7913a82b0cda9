"""The backend: see `DatabaseWrapper`."""

import select
from typing import Any

from django.db.backends.postgresql import base
from psycopg import Error


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's, except for how a connection of the pool is checked before a page gets it.

    Django asks the server, which costs every page a round trip. When a server goes, its socket
    says so by itself: only where there is something to read on a connection that nobody asked
    anything is the server asked. So `CONN_HEALTH_CHECKS` is off.
    """

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Return a connection that is alive; dead ones go back to the pool, which replaces them."""
        connection = super().get_new_connection(conn_params)
        while self.pool and has_gone(connection):
            self.pool.putconn(connection)
            connection = super().get_new_connection(conn_params)
        return connection


def has_gone(connection: Any) -> bool:
    """Return whether the server has left a connection that was not in use."""
    if connection.closed:
        return True
    looked = select.poll()
    looked.register(connection.fileno(), select.POLLIN)
    if not looked.poll(0):
        return False
    try:
        connection.execute("")  # a notice, perhaps
    except Error:
        connection.close()
        return True
    return False
