/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/display/clipboard.h"
#include "tool/display/display.h"
#include "tool/machine/begin.h"
#include "tool/machine/nbd.h"
#include "tool/machine/network.h"
#include "tool/machine/publish.h"
#include "tool/machine/running.h"
#include "tool/machine/share.h"
#include "tool/machine/sound.h"
#include "tool/machine/stay.h"
#include "tool/machine/until-up.h"
#include "tool/terminal/console-session.h"
#include "tool/vz-tool.h"

#include "foundation/vz-fail.h"

/* How this works
 *
 * QEMU is a separate process that outlives this one: however `vz run` ends, the machine keeps
 * running, and other commands find it by its bundle. The options differ in what this command does
 * in the meantime:
 *
 *   --detach    nothing, it ends when QEMU runs (or with --wait when the guest is up)
 *   --headless  waits for the end
 *   --display   shows the screen and waits for the end
 *   otherwise   shows the console; leaving that by its menu leaves the machine alone
 *
 * While it waits, SIGINT, SIGTERM and the closing of its window or terminal do what --on-close
 * says. */

static gboolean arg_clipboard;
static gboolean arg_detach;
static gboolean arg_discard_state;
static char *arg_display;
static gboolean arg_ephemeral;
static gboolean arg_headless;
static char **arg_nbd;
static char **arg_network;
static char *arg_on_close;
static char **arg_publish;
static char **arg_share;
static gboolean arg_sound;
static char *arg_wait;

static const GOptionEntry options[] = {
  { "clipboard", 0, 0, G_OPTION_ARG_NONE, &arg_clipboard,
    "Share the clipboard between its screen and the guest, if the guest runs a Spice agent", NULL },
  { "detach", 0, 0, G_OPTION_ARG_NONE, &arg_detach, "Return once the machine is running", NULL },
  { "discard-state", 0, 0, G_OPTION_ARG_NONE, &arg_discard_state,
    "Discard the saved state and start afresh", NULL },
  { "display", 0, 0, G_OPTION_ARG_STRING, &arg_display,
    "Show its screen: on a web page, in a window, or over VNC on the loopback",
    "web|gtk|vnc[=ADDRESS]" },
  { "ephemeral", 0, 0, G_OPTION_ARG_NONE, &arg_ephemeral,
    "Discard everything the guest writes when it stops; the bundle does not change", NULL },
  { "headless", 0, 0, G_OPTION_ARG_NONE, &arg_headless,
    "Stay until the guest stops, without its console", NULL },
  { "nbd", 0, 0, G_OPTION_ARG_STRING_ARRAY, &arg_nbd,
    "Add a disk from an NBD server; may be repeated", "URL" },
  { "network", 0, 0, G_OPTION_ARG_STRING_ARRAY, &arg_network,
    "Connect it to a private network for your machines on this host; may be repeated", "NAME" },
  { "on-close", 0, 0, G_OPTION_ARG_STRING, &arg_on_close,
    "What closing the window, Ctrl-C and SIGTERM do to the machine (save, if it can be saved)",
    "save|stop|detach" },
  { "publish", 0, 0, G_OPTION_ARG_STRING_ARRAY, &arg_publish,
    "Make a port of the guest reachable on this host's loopback address; may be repeated",
    "HOST:GUEST" },
  { "share", 0, 0, G_OPTION_ARG_STRING_ARRAY, &arg_share,
    "Share a folder of this host, at /mnt/TAG in the guest (the folder's name); may be repeated",
    "DIR[:TAG][:ro]" },
  { "sound", 0, 0, G_OPTION_ARG_NONE, &arg_sound,
    "Play the guest's sound on this host's speakers; it does not hear the microphone", NULL },
  { "wait", 0, 0, G_OPTION_ARG_STRING, &arg_wait,
    "With --detach: return when you can log in, or when the agent or ssh answers",
    "boot|agent|ssh" },
  G_OPTION_ENTRY_NULL,
};

typedef struct {
  VzTool *tool;
  MachineAction action;
  DisplayRequest display;
  OnClose on_close;
  gboolean restored; /* from a saved state */
  char *name; /* owned: for hints */
} Run;

static void
say_how_to_reach (VzVirtualMachine *machine, const char *name)
{
  g_autoptr (GPtrArray) ports = vz_virtual_machine_dup_published_ports (machine, NULL, NULL);

  for (guint i = 0; ports != NULL && i < ports->len; i++)
    {
      VzPublishedPort *port = g_ptr_array_index (ports, i);

      tool_say ("the guest's port %u is at %s:%u", vz_published_port_get_guest_port (port),
                vz_published_port_get_host_address (port), vz_published_port_get_host_port (port));
    }
  share_say (vz_virtual_machine_get_configuration (machine));
  tool_say ("running; 'vz console%s', 'vz ssh%s' and 'vz exec%s -- COMMAND' reach it, and 'vz "
            "stop%s' stops it",
            name, name, name, name);
}

static gboolean
start_machine (Run *self, GError **error)
{
  g_autofree char *reason = NULL;

  if (!begin_machine (self->tool, self->action.bundle, self->action.machine, arg_discard_state,
                      &self->restored, error))
    return FALSE;
  reason = vz_virtual_machine_dup_emulation_reason (self->action.machine);
  if (reason != NULL)
    tool_say ("%s", reason);
  return TRUE;
}

static gboolean
check_options (Run *self, GError **error)
{
  if (arg_detach && arg_headless)
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT, "--detach and --headless exclude each other");
  if (arg_discard_state && arg_ephemeral)
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT,
                    "--discard-state and --ephemeral exclude each other: an ephemeral run changes "
                    "nothing in the bundle");
  if (arg_detach && arg_on_close != NULL)
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT, "--detach and --on-close exclude each other");
  if (arg_display != NULL && arg_headless)
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT,
                    "--display and --headless exclude each other");
  if (arg_wait != NULL && !arg_detach)
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT, "--wait needs --detach");
  if (arg_wait != NULL && !until_up_knows (arg_wait))
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT,
                    "--wait: '%s' found, must be boot, agent or ssh", arg_wait);
  if (arg_ephemeral)
    self->on_close = ON_CLOSE_STOP;
  if (arg_on_close != NULL && !on_close_parse (arg_on_close, &self->on_close, error))
    return FALSE;
  if (arg_ephemeral && self->on_close == ON_CLOSE_SAVE)
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT,
                    "--ephemeral and --on-close save exclude each other: there would be no disk to "
                    "continue with");
  if (arg_display != NULL && !display_parse (arg_display, &self->display, error))
    return FALSE;
  if (arg_detach && (self->display.kind == DISPLAY_WEB || self->display.kind == DISPLAY_GTK))
    return vz_fail (
      error, VZ_ERROR_INVALID_ARGUMENT,
      "--detach and --display %s exclude each other; 'vz display' shows the screen later",
      arg_display);
  return TRUE;
}

/* A machine whose requested display fails is not kept. */
static Display *
open_late (Run *self, GError **error)
{
  Display *display = display_open (&self->display, &self->action, error);

  if (display == NULL)
    vz_virtual_machine_stop (self->action.machine, NULL, NULL);
  return display;
}

/* A page or window opens before the machine, to show it starting. */
static gboolean
start_and_stay (Run *self, GError **error)
{
  DisplayKind kind = self->display.kind;
  gboolean early = kind == DISPLAY_WEB || kind == DISPLAY_GTK;
  g_autoptr (Display) display = NULL;
  g_autoptr (Stay) stay = NULL;

  if (early && (display = display_open (&self->display, &self->action, error)) == NULL)
    return FALSE;
  if (!start_machine (self, error))
    return FALSE;
  if (kind == DISPLAY_VNC && (display = open_late (self, error)) == NULL)
    return FALSE;
  stay = stay_new (&self->action, self->on_close, self->name);
  if (display != NULL)
    display_follow (display, stay_close, stay);
  say_how_to_reach (self->action.machine, self->name);
  return stay_run (stay, error);
}

static gboolean
start_and_leave (Run *self, GError **error)
{
  if (!start_machine (self, error))
    return FALSE;
  if (self->display.kind == DISPLAY_VNC)
    {
      Display *display = open_late (self, error);

      if (display == NULL)
        return FALSE;
      display_close (display); /* QEMU keeps showing it */
    }
  if (arg_wait != NULL &&
      !until_up (self->tool, self->action.machine, arg_wait, self->restored, error))
    return FALSE;
  say_how_to_reach (self->action.machine, self->name);
  return TRUE;
}

static gboolean
start_and_show_console (Run *self, GError **error)
{
  g_autoptr (Stay) stay = NULL;
  gboolean signalled;

  if (!start_machine (self, error) ||
      !console_session (self->tool, &self->action, self->name, &signalled, error))
    return FALSE;
  if (!signalled)
    return TRUE;
  stay = stay_new (&self->action, self->on_close, self->name);
  stay_close (stay);
  return stay_run (stay, error);
}

/* An option that gives the machine an additional device, or NULL. */
static const char *
find_changing_option (void)
{
  if (arg_share != NULL)
    return "--share";
  if (arg_clipboard)
    return "--clipboard";
  if (arg_nbd != NULL)
    return "--nbd";
  if (arg_network != NULL)
    return "--network";
  return arg_sound ? "--sound" : NULL;
}

/* A machine that cannot be saved is not saved when its window is closed, and a saved state is not
 * discarded for the sake of a device. */
static gboolean
check_saving (Run *self, VzVirtualMachineConfiguration *configuration, GError **error)
{
  g_autofree char *path = vz_bundle_dup_save_file_path (self->action.bundle);
  const char *option = find_changing_option ();
  g_autoptr (GError) cause = NULL;

  if (option != NULL && !arg_ephemeral && g_file_test (path, G_FILE_TEST_EXISTS))
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT,
                    "%s: the machine is saved and can only continue as it was; run it without this "
                    "option and shut it down, or remove '%s'",
                    option, path);
  if (vz_virtual_machine_configuration_validate_save_restore_support (configuration, &cause))
    return TRUE;
  if (arg_on_close == NULL)
    self->on_close = ON_CLOSE_STOP;
  else if (self->on_close == ON_CLOSE_SAVE)
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT,
                    "--on-close: 'save' found, must be stop or detach: %s", cause->message);
  return TRUE;
}

static gboolean
run (Run *self, GError **error)
{
  if (arg_detach)
    return start_and_leave (self, error);
  if (arg_headless || self->display.kind != DISPLAY_NONE)
    return start_and_stay (self, error);
  return start_and_show_console (self, error);
}

static gboolean
run_run (VzTool *tool, GError **error)
{
  Run self = { .tool = tool, .on_close = ON_CLOSE_SAVE };
  g_autoptr (VzBundle) bundle = check_options (&self, error) ? tool_open_bundle (tool, 0, error)
                                                             : NULL;
  g_autoptr (VzMachineIdentifier) identifier = NULL;
  g_autoptr (VzVirtualMachineConfiguration) configuration = NULL;
  g_autoptr (VzVirtualMachine) machine = NULL;
  gboolean ok = FALSE;

  if (bundle != NULL)
    identifier = vz_bundle_load_machine_identifier (bundle, error);
  if (identifier != NULL)
    configuration = vz_bundle_load_configuration (bundle, error);
  self.action.bundle = bundle;
  if (configuration != NULL && arg_sound)
    sound_share (configuration);
  if (configuration != NULL)
    network_join (configuration, identifier, (const char *const *) arg_network);
  if (configuration != NULL && nbd_add (configuration, (const char *const *) arg_nbd, error) &&
      publish_ports (configuration, (const char *const *) arg_publish, error) &&
      share_folders (configuration, (const char *const *) arg_share, error) &&
      (!arg_clipboard || clipboard_share (configuration, error)) &&
      vz_virtual_machine_configuration_validate (configuration, error) &&
      check_saving (&self, configuration, error))
    {
      machine = vz_virtual_machine_new (configuration);
      vz_virtual_machine_set_kill_on_exit (machine, FALSE);
      vz_virtual_machine_set_keeps_network_attachments (machine, TRUE);
      vz_virtual_machine_set_ephemeral (machine, arg_ephemeral);
      self.action = (MachineAction){ .machine = machine, .bundle = bundle };
      self.name = running_dup_hint_name (bundle);
      ok = run (&self, error);
    }
  g_free (self.name);
  display_request_clear (&self.display);
  return ok;
}

const VzCommand vz_command_run = {
  .name = "run",
  .arguments = "[BUNDLE]",
  .max_arguments = 1,
  .options = options,
  .run = run_run,
  .summary = "Starts a machine and attaches its console; Ctrl-] opens a menu",
  .details = "A saved machine resumes where it was. Without --detach, --headless or --display, "
             "your terminal becomes the guest's serial console.",
  .examples = { { "vz run", "Starts ~/VM.bundle and attaches the console" },
                { "vz run --detach --wait ssh web.bundle",
                  "Starts a machine in the background and returns when ssh answers" },
                { "vz run --display web --clipboard",
                  "Shows the screen on a web page, and shares the clipboard with the guest" },
                { "vz run --share ~/work --sound",
                  "Shares a folder, at /mnt/work in the guest, and plays the guest's sound here" },
                { "vz run --nbd nbd://127.0.0.1/data",
                  "Starts a machine with one more disk, from a server" },
                { "vz run --ephemeral", "Starts a machine and discards everything it writes" } },
};
