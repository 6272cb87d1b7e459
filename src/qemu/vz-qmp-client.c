/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/vz-qmp-client.h"

#include "foundation/vz-fail.h"
#include "foundation/vz-json.h"
#include "qemu/vz-stream.h"

#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* How this works
 *
 * For each client, one thread reads the socket, splits the input into lines, and hands each line to
 * the call waiting for it (by id) or to the event callback. Callers write their commands themselves
 * and sleep on a condition until their slot is filled, their time is up, or they are cancelled. A
 * caller that gives up removes its slot; a later answer finds none and is dropped.
 *
 * Everything ends in one way: the reader thread sees end of file, an error, a line over the limit
 * or a line that is not a JSON object; it marks the client closed, fills every open slot with the
 * reason and calls `closed` once. vz_qmp_client_close() only shuts the socket down, which the
 * thread sees as end of file. A partially written command would leave half a line behind, so it
 * closes the connection too. */

#define LINE_MAX_SIZE (4 * 1024 * 1024)
#define FD_TIMEOUT_MS (30 * 1000)

typedef struct {
  gboolean done;
  JsonNode *result;
  GError *error;
  VzQmpOutcome outcome;
} Slot;

struct _VzQmpClient {
  int fd;
  VzQmpCallbacks callbacks;
  gpointer user_data;
  GThread *thread;
  GMutex write_lock; /* one command on the wire at a time; taken before lock */

  GMutex lock; /* guards everything below */
  GCond changed;
  GHashTable *slots; /* id -> Slot on the caller's stack */
  guint64 last_id;
  gboolean greeted;
  GError *closed; /* set once the connection is closed */
};

static void
complete (Slot *slot, VzQmpOutcome outcome, JsonNode *result, GError *error)
{
  slot->outcome = outcome;
  slot->result = result;
  slot->error = error;
  slot->done = TRUE;
}

static GError *
error_from_reply (JsonNode *node)
{
  const char *text = vz_json_get_string (vz_json_as_object (node), "desc");

  return g_error_new_literal (VZ_ERROR, VZ_ERROR_INTERNAL,
                              text != NULL ? text : "QEMU gave no reason");
}

static void
handle_reply (VzQmpClient *self, JsonObject *object)
{
  JsonNode *id = json_object_get_member (object, "id");
  JsonNode *result = json_object_get_member (object, "return");
  JsonNode *failure = json_object_get_member (object, "error");
  Slot *slot;
  guint64 number;

  if (id == NULL || json_node_get_value_type (id) != G_TYPE_INT64)
    return;
  number = (guint64) json_node_get_int (id);
  g_mutex_lock (&self->lock);
  slot = g_hash_table_lookup (self->slots, &number);
  if (slot != NULL && !slot->done)
    {
      if (failure != NULL)
        complete (slot, VZ_QMP_REFUSED, NULL, error_from_reply (failure));
      else if (result != NULL)
        complete (slot, VZ_QMP_RESULT, json_node_copy (result), NULL);
      g_cond_broadcast (&self->changed);
    }
  g_mutex_unlock (&self->lock);
}

static gboolean
handle_line (VzQmpClient *self, const char *line, gsize size, GError **error)
{
  g_autoptr (JsonObject) object = vz_json_parse (line, size);
  const char *event;

  if (object == NULL)
    return vz_fail (error, VZ_ERROR_IO, "QEMU sent a line that is not a JSON object");
  event = vz_json_get_string (object, "event");
  if (event != NULL)
    {
      if (self->callbacks.event != NULL)
        self->callbacks.event (event, vz_json_as_object (json_object_get_member (object, "data")),
                               self->user_data);
    }
  else if (json_object_has_member (object, "QMP"))
    {
      g_mutex_lock (&self->lock);
      self->greeted = TRUE;
      g_cond_broadcast (&self->changed);
      g_mutex_unlock (&self->lock);
    }
  else
    handle_reply (self, object);
  return TRUE;
}

static gboolean
read_lines (VzQmpClient *self, VzLineBuffer *buffer, GError **error)
{
  gssize n;
  char *line;
  gsize size;

  if (!vz_stream_wait (self->fd, POLLIN, VZ_NO_DEADLINE, NULL, error))
    return FALSE;
  n = vz_line_buffer_fill (buffer, self->fd, error);
  if (n < 0)
    return FALSE;
  if (n == 0)
    return vz_fail (error, VZ_ERROR_IO, "QEMU closed the monitor");
  while ((line = vz_line_buffer_take (buffer, &size)) != NULL)
    {
      gboolean ok = handle_line (self, line, size, error);

      g_free (line);
      if (!ok)
        return FALSE;
    }
  return TRUE;
}

static gpointer
reader (gpointer data)
{
  VzQmpClient *self = data;
  VzLineBuffer buffer;
  GError *error = NULL;
  GHashTableIter iter;
  gpointer slot;

  vz_line_buffer_init (&buffer, LINE_MAX_SIZE);
  while (read_lines (self, &buffer, &error))
    ;
  vz_line_buffer_clear (&buffer);
  /* Nobody reads any more: a living peer learns this, and a writer does not block. */
  shutdown (self->fd, SHUT_RDWR);

  g_mutex_lock (&self->lock);
  self->closed = error;
  g_hash_table_iter_init (&iter, self->slots);
  while (g_hash_table_iter_next (&iter, NULL, &slot))
    if (!((Slot *) slot)->done)
      complete (slot, VZ_QMP_TRANSPORT, NULL, g_error_copy (error));
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
  if (self->callbacks.closed != NULL)
    self->callbacks.closed (error, self->user_data);
  return NULL;
}

VzQmpClient *
vz_qmp_client_new (int fd, const VzQmpCallbacks *callbacks, gpointer user_data)
{
  VzQmpClient *self = g_new0 (VzQmpClient, 1);

  self->fd = fd;
  if (callbacks != NULL)
    self->callbacks = *callbacks;
  self->user_data = user_data;
  g_mutex_init (&self->write_lock);
  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);
  self->slots = g_hash_table_new (g_int64_hash, g_int64_equal);
  self->thread = g_thread_new ("vz-qmp", reader, self);
  return self;
}

void
vz_qmp_client_close (VzQmpClient *self)
{
  shutdown (self->fd, SHUT_RDWR);
}

void
vz_qmp_client_free (VzQmpClient *self)
{
  if (self == NULL)
    return;
  vz_qmp_client_close (self);
  g_thread_join (self->thread);
  close (self->fd);
  g_hash_table_unref (self->slots);
  g_clear_error (&self->closed);
  g_mutex_clear (&self->write_lock);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->changed);
  g_free (self);
}

static void
wake (GCancellable *cancellable, VzQmpClient *self)
{
  g_mutex_lock (&self->lock);
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
}

/* Sleeps until *@flag or the end of the connection. Returns with the lock held. */
static gboolean
wait_for (VzQmpClient *self, const gboolean *flag, gint64 deadline, GCancellable *cancellable,
          GError **error)
{
  gulong handler = 0;
  gboolean in_time = TRUE;

  /* Connected without the lock: an already cancelled cancellable calls back at once. */
  if (cancellable != NULL)
    handler = g_cancellable_connect (cancellable, G_CALLBACK (wake), self, NULL);
  g_mutex_lock (&self->lock);
  while (!*flag && self->closed == NULL && in_time && !g_cancellable_is_cancelled (cancellable))
    {
      if (deadline == VZ_NO_DEADLINE)
        g_cond_wait (&self->changed, &self->lock);
      else
        in_time = g_cond_wait_until (&self->changed, &self->lock, deadline);
    }
  g_mutex_unlock (&self->lock);
  g_cancellable_disconnect (cancellable, handler);
  g_mutex_lock (&self->lock);
  if (*flag)
    return TRUE;
  if (self->closed != NULL)
    {
      if (error != NULL)
        *error = g_error_copy (self->closed);
      return FALSE;
    }
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  return vz_fail (error, VZ_ERROR_TIMED_OUT, "QEMU did not answer in time");
}

static char *
render_command (const char *command, JsonObject *arguments, guint64 id)
{
  JsonObject *object = vz_json_new_strings ("execute", command, NULL);

  if (arguments != NULL)
    json_object_set_object_member (object, "arguments", arguments);
  json_object_set_int_member (object, "id", (gint64) id);
  return vz_json_to_line (object);
}

static gboolean
send_command (VzQmpClient *self, const char *text, int fd, gint64 deadline,
              GCancellable *cancellable, GError **error)
{
  gboolean ok;

  g_mutex_lock (&self->write_lock);
  ok = fd < 0 || vz_stream_write_fd (self->fd, *text++, fd, deadline, cancellable, error);
  ok = ok && vz_stream_write (self->fd, text, strlen (text), deadline, cancellable, error);
  if (!ok)
    vz_qmp_client_close (self);
  g_mutex_unlock (&self->write_lock);
  return ok;
}

static VzQmpOutcome
call (VzQmpClient *self, const char *command, JsonObject *arguments, int fd, int timeout_ms,
      GCancellable *cancellable, JsonNode **ret_result, GError **error)
{
  gint64 deadline = vz_deadline_after (timeout_ms);
  Slot slot = { .outcome = VZ_QMP_TRANSPORT };
  g_autofree char *text = NULL;
  g_autoptr (GError) failure = NULL;
  guint64 id;
  VZ_ERROR_PREFIX ("QEMU's monitor, %s", command);

  g_mutex_lock (&self->lock);
  id = ++self->last_id;
  g_hash_table_insert (self->slots, &id, &slot);
  g_mutex_unlock (&self->lock);

  text = render_command (command, arguments, id);
  if (send_command (self, text, fd, deadline, cancellable, &failure))
    wait_for (self, &slot.done, deadline, cancellable, &failure);
  else
    g_mutex_lock (&self->lock);
  g_hash_table_remove (self->slots, &id);
  g_mutex_unlock (&self->lock);

  if (!slot.done)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return VZ_QMP_TRANSPORT;
    }
  if (slot.error != NULL)
    g_propagate_error (error, slot.error);
  if (slot.result != NULL && ret_result != NULL)
    *ret_result = slot.result;
  else if (slot.result != NULL)
    json_node_unref (slot.result);
  return slot.outcome;
}

VzQmpOutcome
vz_qmp_client_call (VzQmpClient *self, const char *command, JsonObject *arguments, int timeout_ms,
                    GCancellable *cancellable, JsonNode **ret_result, GError **error)
{
  return call (self, command, arguments, -1, timeout_ms, cancellable, ret_result, error);
}

gboolean
vz_qmp_client_call_with_fd (VzQmpClient *self, const char *command, JsonObject *arguments, int fd,
                            GCancellable *cancellable, GError **error)
{
  return call (self, command, arguments, fd, FD_TIMEOUT_MS, cancellable, NULL, error) ==
         VZ_QMP_RESULT;
}

gboolean
vz_qmp_client_negotiate (VzQmpClient *self, int timeout_ms, GCancellable *cancellable,
                         GError **error)
{
  gint64 deadline = vz_deadline_after (timeout_ms);
  gboolean ok;

  ok = wait_for (self, &self->greeted, deadline, cancellable, error);
  g_mutex_unlock (&self->lock);
  return ok &&
         vz_qmp_client_call (self, "qmp_capabilities", NULL, vz_deadline_remaining_ms (deadline),
                             cancellable, NULL, error) == VZ_QMP_RESULT;
}
