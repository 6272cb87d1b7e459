/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/display/web-relay.h"

#include <gio/gunixsocketaddress.h>

/* How this works
 *
 * At most one read and one write are in progress; each holds a reference, so that the relay
 * outlives them. What a browser sends during a write waits in a buffer. The other direction needs
 * no buffer: a VNC server sends a picture only when its client has asked for one. */

#define RETRY_MS 50
#define TRIES_MAX 200
#define READ_SIZE (64 * 1024)
#define PENDING_MAX \
  (4 * 1024 * 1024) /* a clipboard fits; a server that does not read is abandoned */

struct _WebRelay {
  gint references;
  SoupWebsocketConnection *websocket;
  GSocketAddress *address;
  guint n_tries;
  GSocketConnection *connection; /* NULL until connected */
  GCancellable *cancellable;
  GByteArray *pending; /* for the server, during a write or until it is connected */
  guint n_operations; /* reads and writes in progress */
  GByteArray *writing; /* the data of the current write; NULL: none */
  gboolean closed;
  guint8 buffer[READ_SIZE];
};

static WebRelay *
ref (WebRelay *self)
{
  self->references++;
  return self;
}

void
web_relay_unref (WebRelay *self)
{
  if (--self->references > 0)
    return;
  g_signal_handlers_disconnect_by_data (self->websocket, self);
  g_object_unref (self->websocket);
  g_clear_object (&self->connection);
  g_object_unref (self->address);
  g_object_unref (self->cancellable);
  g_byte_array_unref (self->pending);
  g_clear_pointer (&self->writing, g_byte_array_unref);
  g_free (self);
}

gboolean
web_relay_is_closed (WebRelay *self)
{
  return self->closed;
}

void
web_relay_close (WebRelay *self)
{
  if (self->closed)
    return;
  self->closed = TRUE;
  g_cancellable_cancel (self->cancellable);
  if (soup_websocket_connection_get_state (self->websocket) == SOUP_WEBSOCKET_STATE_OPEN)
    soup_websocket_connection_close (self->websocket, SOUP_WEBSOCKET_CLOSE_GOING_AWAY, NULL);
}

/* After the operations in progress have ended: closes the server's end now, not with the last
 * reference. */
static void
end_operation (WebRelay *self)
{
  if (--self->n_operations == 0 && self->closed)
    g_clear_object (&self->connection);
  web_relay_unref (self);
}

static void write_pending (WebRelay *self);

static void
on_written (GObject *source, GAsyncResult *result, gpointer data)
{
  WebRelay *self = data;
  gboolean ok = g_output_stream_write_all_finish (G_OUTPUT_STREAM (source), result, NULL, NULL);

  g_clear_pointer (&self->writing, g_byte_array_unref);
  if (ok)
    write_pending (self);
  else
    web_relay_close (self);
  end_operation (self);
}

static void
write_pending (WebRelay *self)
{
  GOutputStream *stream;

  if (self->closed || self->connection == NULL || self->writing != NULL || self->pending->len == 0)
    return;
  stream = g_io_stream_get_output_stream (G_IO_STREAM (self->connection));
  self->n_operations++;
  self->writing = self->pending;
  self->pending = g_byte_array_new ();
  g_output_stream_write_all_async (stream, self->writing->data, self->writing->len,
                                   G_PRIORITY_DEFAULT, self->cancellable, on_written, ref (self));
}

static void read_some (WebRelay *self);

static void
on_read (GObject *source, GAsyncResult *result, gpointer data)
{
  WebRelay *self = data;
  gssize n = g_input_stream_read_finish (G_INPUT_STREAM (source), result, NULL);

  /* A browser that is closing accepts no more data, although it is not gone yet. */
  if (n > 0 && !self->closed &&
      soup_websocket_connection_get_state (self->websocket) == SOUP_WEBSOCKET_STATE_OPEN)
    {
      soup_websocket_connection_send_binary (self->websocket, self->buffer, (gsize) n);
      read_some (self);
    }
  else
    web_relay_close (self);
  end_operation (self);
}

static void
read_some (WebRelay *self)
{
  GInputStream *stream = g_io_stream_get_input_stream (G_IO_STREAM (self->connection));

  self->n_operations++;
  g_input_stream_read_async (stream, self->buffer, sizeof self->buffer, G_PRIORITY_DEFAULT,
                             self->cancellable, on_read, ref (self));
}

static void connect_to_server (WebRelay *self);

static gboolean
connect_again (gpointer data)
{
  WebRelay *self = data;

  if (!self->closed)
    connect_to_server (self);
  web_relay_unref (self);
  return G_SOURCE_REMOVE;
}

static void
on_connected (GObject *source, GAsyncResult *result, gpointer data)
{
  WebRelay *self = data;
  g_autoptr (GError) error = NULL;

  self->connection = g_socket_client_connect_finish (G_SOCKET_CLIENT (source), result, &error);
  if (self->connection != NULL && !self->closed)
    {
      read_some (self);
      write_pending (self);
    }
  /* The kernel offers no way to wait for a place in a local server's short queue. */
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK) &&
           self->n_tries++ < TRIES_MAX)
    g_timeout_add (RETRY_MS, connect_again, ref (self));
  else
    web_relay_close (self);
  web_relay_unref (self);
}

static void
connect_to_server (WebRelay *self)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();

  g_socket_client_connect_async (client, G_SOCKET_CONNECTABLE (self->address), self->cancellable,
                                 on_connected, ref (self));
}

static void
on_message (SoupWebsocketConnection *websocket, SoupWebsocketDataType type, GBytes *message,
            WebRelay *self)
{
  gsize size;
  const guint8 *bytes = g_bytes_get_data (message, &size);

  if (self->closed)
    return;
  if (type != SOUP_WEBSOCKET_DATA_BINARY || self->pending->len + size > PENDING_MAX)
    {
      web_relay_close (self);
      return;
    }
  g_byte_array_append (self->pending, bytes, (guint) size);
  write_pending (self);
}

static void
on_websocket_closed (SoupWebsocketConnection *websocket, WebRelay *self)
{
  web_relay_close (self);
}

WebRelay *
web_relay_new (SoupWebsocketConnection *websocket, const char *socket_path)
{
  WebRelay *self = g_new0 (WebRelay, 1);

  self->references = 1;
  self->websocket = g_object_ref (websocket);
  self->address = g_unix_socket_address_new (socket_path);
  self->cancellable = g_cancellable_new ();
  self->pending = g_byte_array_new ();
  g_signal_connect (websocket, "message", G_CALLBACK (on_message), self);
  g_signal_connect (websocket, "closed", G_CALLBACK (on_websocket_closed), self);
  connect_to_server (self);
  return self;
}
