/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/machine/running.h"

#include <string.h>
#include <unistd.h>

#include "foundation/vz-fail.h"

#define QUIET_MS 3000 /* a wait that needs no explanation */
/* For a guest that is still booting; on a slow host a minute is normal. */
#define AGENT_TIMEOUT_MS (120 * 1000)

#define PLAIN_IN_SHELL "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_./@%+:,-"

char *
running_dup_hint_name (VzBundle *bundle)
{
  g_autofree char *usual = vz_bundle_dup_default_path ();
  g_autofree char *quoted = NULL;
  const char *path = vz_bundle_get_path (bundle);

  if (g_str_equal (path, usual))
    return g_strdup ("");
  if (strspn (path, PLAIN_IN_SHELL) == strlen (path))
    return g_strdup_printf (" %s", path);
  quoted = g_shell_quote (path);
  return g_strdup_printf (" %s", quoted);
}

static gboolean
attach (Running *self, GError **error)
{
  g_autoptr (VzVirtualMachineConfiguration)
    configuration = vz_bundle_load_configuration (self->bundle, error);
  g_autoptr (GError) cause = NULL;

  if (configuration == NULL)
    return FALSE;
  self->machine = vz_virtual_machine_attach (configuration, &cause);
  if (self->machine != NULL)
    return TRUE;
  /* Locked, but nothing listens: QEMU is starting or has just ended. */
  if (g_error_matches (cause, VZ_ERROR, VZ_ERROR_NOT_FOUND))
    return vz_fail (error, VZ_ERROR_INVALID_VIRTUAL_MACHINE_STATE,
                    "'%s' is not running: it is starting or stopping",
                    vz_bundle_get_path (self->bundle));
  g_propagate_error (error, g_steal_pointer (&cause));
  return FALSE;
}

/* Done by the next command that finds the machine, whatever its purpose. */
static gboolean
recover (Running *self, GError **error)
{
  g_autofree char *path = vz_bundle_dup_save_file_path (self->bundle);
  g_autofree char *text = NULL;

  if (!vz_virtual_machine_recover (self->machine, path, &text, NULL, error))
    return FALSE;
  self->recovered = text != NULL;
  if (text != NULL)
    tool_say ("vz: %s", text);
  return TRUE;
}

gboolean
running_open_bundle (Running *self, const char *argument, GError **error)
{
  self->bundle = tool_find_bundle (argument, error);
  self->identifier = self->bundle != NULL ? vz_bundle_load_machine_identifier (self->bundle, error)
                                          : NULL;
  if (self->identifier == NULL)
    return FALSE;
  self->name = running_dup_hint_name (self->bundle);
  return TRUE;
}

gboolean
running_open_if_running (Running *self, const char *argument, GError **error)
{
  return running_open_bundle (self, argument, error) &&
         (!vz_bundle_is_running (self->bundle) || (attach (self, error) && recover (self, error)));
}

gboolean
running_open (Running *self, const char *argument, GError **error)
{
  return running_open_if_running (self, argument, error) &&
         (self->machine != NULL || running_fail_at_rest (self, error));
}

gboolean
running_fail_at_rest (Running *self, GError **error)
{
  /* By a program that does not know the bundle's lock, or has it through another bundle; "vz run"
   * would be refused. */
  return vz_bundle_check_at_rest (self->bundle, error) &&
         vz_fail (error, VZ_ERROR_INVALID_VIRTUAL_MACHINE_STATE,
                  "'%s' is not running; 'vz run%s' starts it", vz_bundle_get_path (self->bundle),
                  self->name);
}

gboolean
running_check_awake (const Running *self, GCancellable *cancellable, GError **error)
{
  if (vz_virtual_machine_check_awake (self->machine, cancellable, error))
    return TRUE;
  if (error != NULL && *error != NULL)
    {
      g_autofree char *text = g_strdup_printf ("'%s': %s: 'vz resume%s'",
                                               vz_bundle_get_path (self->bundle), (*error)->message,
                                               self->name);

      g_free ((*error)->message);
      (*error)->message = g_steal_pointer (&text);
    }
  return FALSE;
}

gboolean
running_open_awake (Running *self, const char *argument, GError **error)
{
  return running_open (self, argument, error) && running_check_awake (self, NULL, error);
}

static gboolean
say_waiting (gpointer data)
{
  tool_say ("waiting for the guest's agent");
  return G_SOURCE_REMOVE;
}

gboolean
running_wait_agent (VzGuestAgent *agent, GCancellable *cancellable, GError **error)
{
  g_autoptr (GSource) late = g_timeout_source_new (QUIET_MS);
  gboolean ok;

  g_source_set_callback (late, say_waiting, NULL, NULL);
  if (isatty (STDERR_FILENO))
    g_source_attach (late, NULL);
  ok = vz_guest_agent_wait (agent, AGENT_TIMEOUT_MS, cancellable, error);
  g_source_destroy (late);
  return ok;
}

void
running_clear (Running *self)
{
  g_clear_object (&self->machine);
  g_clear_object (&self->identifier);
  g_clear_object (&self->bundle);
  g_clear_pointer (&self->name, g_free);
}
