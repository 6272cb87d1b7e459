/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/image/install-iso.h"

#include "foundation/vz-fail.h"

/* How this works
 *
 * The machine belongs to this process until it is installed, and ends with it: no other command
 * finds it. The screen is the user's only access to it, so a page is shown if no display was
 * requested, and instead of a closed window: closing it must not ruin half an hour's work. */

typedef struct {
  InstallIso *options;
  MachineAction action;
  Display *display; /* owned; NULL: none */
  const char *unattended; /* the system that is installed unattended; NULL: the installer asks */
  gboolean over; /* the machine has ended or is about to */
} Screen;

void
install_iso_clear (InstallIso *self)
{
  display_request_clear (&self->display);
}

gboolean
install_iso_parse (InstallIso *self, const char *display, gboolean headless, GError **error)
{
  if (display != NULL && headless)
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT,
                    "--display and --headless exclude each other");
  self->headless = headless;
  if (!headless)
    return display_parse (display != NULL ? display : "web", &self->display, error);
  return TRUE;
}

static gboolean
prepare (gpointer installer, GCancellable *cancellable, GError **error)
{
  return vz_bundle_installer_prepare (installer, cancellable, error);
}

static gboolean
start (gpointer machine, GCancellable *cancellable, GError **error)
{
  return vz_virtual_machine_start (machine, cancellable, error);
}

static gboolean
install (gpointer installer, GCancellable *cancellable, GError **error)
{
  return vz_bundle_installer_install (installer, cancellable, error);
}

static void
on_closed (gpointer data)
{
  static const DisplayRequest page = { .kind = DISPLAY_WEB };
  Screen *self = data;
  g_autoptr (GError) error = NULL;

  if (self->over || vz_virtual_machine_has_ended (self->action.machine))
    return;
  tool_say (
    "the window is closed and the installer continues; Ctrl-C ends it and leaves nothing behind");
  g_clear_pointer (&self->display, display_close);
  self->display = display_open (&page, &self->action, &error);
  if (error != NULL)
    tool_say ("vz: %s", error->message);
}

static gboolean
open_screen (Screen *self, GError **error)
{
  self->display = display_open (&self->options->display, &self->action, error);
  return self->display != NULL;
}

static void
say_what_runs (VzVirtualMachine *machine, const char *unattended)
{
  g_autofree char *log = NULL;

  if (unattended == NULL)
    {
      tool_say (
        "the installer is running; the machine is installed once it restarts or switches off");
      return;
    }
  log = vz_virtual_machine_dup_console_log_path (machine);
  tool_say ("%s is being installed, and nothing will be asked; its console's log is '%s'",
            unattended, log != NULL ? log : "");
}

/* A page or window opens before the machine, VNC only with it. */
static gboolean
start_and_show (Screen *self, VzTool *tool, GError **error)
{
  gboolean late = self->options->display.kind == DISPLAY_VNC;
  g_autofree char *reason = NULL;

  if (!self->options->headless && !late && !open_screen (self, error))
    return FALSE;
  if (!tool_wait (tool, start, self->action.machine, NULL, error) ||
      (late && !open_screen (self, error)))
    return FALSE;
  if (self->display != NULL)
    display_follow (self->display, on_closed, self);
  reason = vz_virtual_machine_dup_emulation_reason (self->action.machine);
  if (reason != NULL)
    tool_say ("%s", reason);
  say_what_runs (self->action.machine, self->unattended);
  return TRUE;
}

gboolean
install_iso_run (InstallIso *self, VzTool *tool, VzBundleInstaller *installer, GError **error)
{
  Screen screen = { .options = self };
  gboolean ok;

  if (!tool_wait (tool, prepare, installer, vz_bundle_installer_get_progress (installer), error))
    return FALSE;
  screen.action.machine = vz_bundle_installer_get_machine (installer);
  screen.action.bundle = vz_bundle_installer_get_bundle (installer);
  screen.action.is_unfinished = TRUE;
  screen.unattended = vz_bundle_installer_get_unattended_system (installer);
  ok = start_and_show (&screen, tool, error);
  if (ok)
    ok = tool_wait (tool, install, installer, NULL, error);
  else
    vz_bundle_installer_give_up (installer);
  screen.over = TRUE;
  g_clear_pointer (&screen.display, display_close);
  return ok;
}
