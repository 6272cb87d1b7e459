/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/engine/vz-engine-private.h"

#include "foundation/vz-fail.h"
#include "foundation/vz-json.h"
#include "qemu/vz-stream.h"

#include <string.h>

/* How this works
 *
 * QEMU calls it migration: the state of memory and devices as a stream. It goes through a pipe, one
 * end of which is passed to QEMU as a descriptor over the monitor, since its sandbox forbids
 * helpers. QEMU does not know what is at the other end.
 *
 * The end of the stream does not prove success in saving or restoring: QEMU is asked. But only
 * then: it writes the last part of a state while holding its big lock, which its monitor needs as
 * well, so the thread that empties the pipe must not wait for an answer. That part is kept short,
 * so that others get answers. */

#define STREAM "vz-state"
#define INTERVAL_MS 5
#define SETTLE_TIMEOUT_MS (10 * 1000)
#define FINISH_TIMEOUT_MS (60 * 1000) /* once everything is written */
#define NO_LIMIT G_GINT64_CONSTANT (0x3fffffffffffffff) /* bytes per second */
#define LAST_PART 1 /* milliseconds of transfer during which QEMU may block its monitor */

static gboolean
give_stream (VzEngine *self, int fd, GCancellable *cancellable, GError **error)
{
  return vz_engine_call_with_fd (self, "getfd", vz_json_new_strings ("fdname", STREAM, NULL), fd,
                                 cancellable, error);
}

/* QEMU refuses to save twice unless the guest has been resumed in between. A program killed between
 * the two commands leaves a running guest. */
static gboolean
leave_postmigrate (VzEngine *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (JsonNode) answer = NULL;
  const char *status;

  if (!vz_engine_call (self, "query-status", NULL, cancellable, &answer, error))
    return FALSE;
  status = vz_json_get_string (vz_json_as_object (answer), "status");
  return g_strcmp0 (status, "postmigrate") != 0 ||
         (vz_engine_call (self, "cont", NULL, cancellable, NULL, error) &&
          vz_engine_call (self, "stop", NULL, NULL, NULL, error));
}

gboolean
vz_engine_send_state (VzEngine *self, int fd, GCancellable *cancellable, GError **error)
{
  gboolean ok;

  /* One session: QEMU forgets a descriptor when the client that sent it leaves. */
  if (!vz_engine_begin_session (self, cancellable, error))
    return FALSE;
  vz_engine_settle_state (self, cancellable);
  ok = vz_engine_call (self, "migrate-set-parameters",
                       vz_json_new ("max-bandwidth", vz_json_int (NO_LIMIT), "downtime-limit",
                                    vz_json_int (LAST_PART), NULL),
                       cancellable, NULL, error) &&
       leave_postmigrate (self, cancellable, error) && give_stream (self, fd, cancellable, error) &&
       vz_engine_call (self, "migrate", vz_json_new_strings ("uri", "fd:" STREAM, NULL),
                       cancellable, NULL, error);
  vz_engine_end_session (self);
  return ok;
}

gboolean
vz_engine_receive_state (VzEngine *self, int fd, GCancellable *cancellable, GError **error)
{
  return give_stream (self, fd, cancellable, error) &&
         vz_engine_call (self, "migrate-incoming", vz_json_new_strings ("uri", "fd:" STREAM, NULL),
                         cancellable, NULL, error);
}

static JsonObject *
ask (VzEngine *self, JsonNode **ret_answer, GCancellable *cancellable, GError **error)
{
  if (!vz_engine_call (self, "query-migrate", NULL, cancellable, ret_answer, error))
    return NULL;
  if (!JSON_NODE_HOLDS_OBJECT (*ret_answer))
    return vz_fail_null (error, VZ_ERROR_INTERNAL, "QEMU's answer is not an object");
  return json_node_get_object (*ret_answer);
}

gboolean
vz_engine_wait_state (VzEngine *self, GCancellable *cancellable, GError **error)
{
  gint64 deadline = vz_deadline_after (FINISH_TIMEOUT_MS);

  for (;;)
    {
      g_autoptr (JsonNode) answer = NULL;
      JsonObject *object = ask (self, &answer, cancellable, error);
      const char *status;

      if (object == NULL)
        return FALSE;
      status = json_object_get_string_member_with_default (object, "status", "none");
      if (g_str_equal (status, "completed"))
        return TRUE;
      if (g_str_equal (status, "failed") || g_str_equal (status, "cancelled"))
        return vz_fail (error, VZ_ERROR_INTERNAL, "QEMU's transfer ended as '%s': %s", status,
                        json_object_get_string_member_with_default (object, "error-desc",
                                                                    "no reason is given"));
      if (vz_deadline_is_past (deadline))
        return vz_fail (error, VZ_ERROR_TIMED_OUT, "QEMU's transfer did not end");
      if (!vz_pause (INTERVAL_MS, cancellable, error))
        return FALSE;
    }
}

/* If the saving program was killed, the transfer ends by itself a moment later; until then, QEMU
 * lets the guest neither resume nor be saved. */
void
vz_engine_settle_state (VzEngine *self, GCancellable *cancellable)
{
  static const char *const under_way[] = { "active", "setup", "device", "cancelling", NULL };
  gint64 deadline = vz_deadline_after (SETTLE_TIMEOUT_MS);

  while (!vz_deadline_is_past (deadline))
    {
      g_autoptr (JsonNode) answer = NULL;
      JsonObject *object = ask (self, &answer, cancellable, NULL);
      gboolean settled =
        object == NULL ||
        !g_strv_contains (under_way,
                          json_object_get_string_member_with_default (object, "status", "none"));
      if (settled || !vz_pause (INTERVAL_MS, cancellable, NULL))
        return;
    }
}

void
vz_engine_cancel_state (VzEngine *self)
{
  if (vz_engine_call (self, "migrate_cancel", NULL, NULL, NULL, NULL))
    vz_engine_settle_state (self, NULL);
}

gboolean
vz_engine_get_is_kvm (VzEngine *self, gboolean *ret_is_kvm, GCancellable *cancellable,
                      GError **error)
{
  g_autoptr (JsonNode) answer = NULL;

  if (!vz_engine_call (self, "query-kvm", NULL, cancellable, &answer, error))
    return FALSE;
  *ret_is_kvm =
    JSON_NODE_HOLDS_OBJECT (answer) &&
    json_object_get_boolean_member_with_default (json_node_get_object (answer), "enabled", FALSE);
  return TRUE;
}

gboolean
vz_engine_get_version (VzEngine *self, int *ret_major, int *ret_minor, int *ret_micro,
                       GCancellable *cancellable, GError **error)
{
  g_autoptr (JsonNode) answer = NULL;
  JsonObject *numbers = NULL;

  if (!vz_engine_call (self, "query-version", NULL, cancellable, &answer, error))
    return FALSE;
  if (JSON_NODE_HOLDS_OBJECT (answer) &&
      json_object_has_member (json_node_get_object (answer), "qemu"))
    numbers = json_object_get_object_member (json_node_get_object (answer), "qemu");
  if (numbers == NULL)
    return vz_fail (error, VZ_ERROR_INTERNAL, "QEMU does not report its version");
  *ret_major = (int) json_object_get_int_member_with_default (numbers, "major", 0);
  *ret_minor = (int) json_object_get_int_member_with_default (numbers, "minor", 0);
  *ret_micro = (int) json_object_get_int_member_with_default (numbers, "micro", 0);
  return TRUE;
}

/* Devices that we have not named are here. */
#define DEVICES "/machine/peripheral-anon"

char *
vz_engine_dup_share_tag (VzEngine *self)
{
  g_autoptr (JsonNode) answer = NULL, tag = NULL;
  JsonArray *devices;

  if (!vz_engine_call (self, "qom-list", vz_json_new_strings ("path", DEVICES, NULL), NULL, &answer,
                       NULL) ||
      !JSON_NODE_HOLDS_ARRAY (answer))
    return NULL;
  devices = json_node_get_array (answer);
  for (guint i = 0; i < json_array_get_length (devices); i++)
    {
      JsonObject *device = json_array_get_object_element (devices, i);
      g_autofree char *path = NULL;

      const char *type = json_object_get_string_member_with_default (device, "type", "");
      gboolean is_9p = g_str_equal (type, "child<virtio-9p-pci>");

      if (!is_9p && !g_str_equal (type, "child<vhost-user-fs-pci>"))
        continue;
      path = g_strconcat (DEVICES "/",
                          json_object_get_string_member_with_default (device, "name", ""), NULL);
      return vz_engine_call (self, "qom-get",
                             vz_json_new_strings ("path", path, "property",
                                                  is_9p ? "mount_tag" : "tag", NULL),
                             NULL, &tag, NULL) &&
                 json_node_get_value_type (tag) == G_TYPE_STRING
               ? json_node_dup_string (tag)
               : g_strdup ("");
    }
  return NULL;
}
