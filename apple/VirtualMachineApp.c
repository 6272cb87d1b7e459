/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Runs the machine that InstallationTool installed, step for step as Apple's sample of the same
 * name does: goes on from its saved state if there is one, else starts it; saves it when the user
 * quits.
 *
 *   VirtualMachineApp [--headless] [--recovery] [BUNDLE]
 *
 * Everything happens on the main queue, which is the machine's. */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "configuration.h"
#include "identity.h"
#include "interrupt.h"
#include "machine-delegate.h"
#include "window.h"

typedef struct {
  const char *path; /* of the bundle; NULL: the default one */
  bool headless;
  bool recovery;

  Bundle bundle;
  Settings settings;
  Failure failure;
  VZVirtualMachine *machine;
  MachineEvents events;
  id delegate;

  bool busy; /* an operation on the machine is under way */
  bool quit_wanted; /* the user quit meanwhile */
  bool asked; /* AppKit waits for an answer whether it may end */
  bool cannot_save; /* an attempt to save failed */
} App;

static bool quit (App *self);

/* ---- Ending ---------------------------------------------------------------------------------- */

/* Not at once: what called this may still use the machine. */
static void
finish (App *self)
{
  dispatch_async (dispatch_get_main_queue (), ^{
    if (self->failure.exit_code != EXIT_DONE)
      fprintf (stderr, "VirtualMachineApp: %s\n", self->failure.message);
    VZVirtualMachine_setDelegate (self->machine, NULL);
    release (self->machine);
    release (self->delegate);
    exit (self->failure.exit_code);
  });
}

/* An operation has ended. A quit that came meanwhile is done now. */
static void
ready (App *self)
{
  self->busy = false;
  if (!self->quit_wanted)
    return;
  self->quit_wanted = false;
  if (quit (self))
    finish (self);
}

/* ---- What the machine tells ------------------------------------------------------------------ */

static void
guest_stopped (void *self)
{
  printf ("The guest stopped.\n");
  finish (self);
}

static void
stopped_with_error (void *data, NSError *error)
{
  App *self = data;

  fail_error (&self->failure, "the virtual machine stopped", error);
  finish (self);
}

/* ---- The machine ----------------------------------------------------------------------------- */

/* The three that InstallationTool made, as they are. */
static VZMacPlatformConfiguration *
read_platform (App *self)
{
  VZMacPlatformConfiguration *platform = VZMacPlatformConfiguration_new ();
  NSData *model_data = file_read (self->bundle.hardware_model, &self->failure);
  NSData *identifier_data = file_read (self->bundle.machine_identifier, &self->failure);
  VZMacHardwareModel *model;
  VZMacMachineIdentifier *identifier;

  if (model_data == NULL || identifier_data == NULL)
    return NULL;
  model = VZMacHardwareModel_with_data (model_data);
  identifier = VZMacMachineIdentifier_with_data (identifier_data);
  if (model == NULL)
    fail (&self->failure, EXIT_INVALID, "'%s' is not a hardware model",
          self->bundle.hardware_model);
  else if (!VZMacHardwareModel_isSupported (model))
    fail (&self->failure, EXIT_HOST, "the hardware model is not supported on this Mac");
  else if (identifier == NULL)
    fail (&self->failure, EXIT_INVALID, "'%s' is not a machine identifier",
          self->bundle.machine_identifier);
  if (self->failure.exit_code != EXIT_DONE ||
      !identity_mac_address (identifier_data, self->settings.mac_address, &self->failure))
    return NULL;
  VZMacPlatformConfiguration_setAuxiliaryStorage (
    platform, VZMacAuxiliaryStorage_with_url (file_url (self->bundle.auxiliary_storage)));
  VZMacPlatformConfiguration_setHardwareModel (platform, model);
  VZMacPlatformConfiguration_setMachineIdentifier (platform, identifier);
  return platform;
}

static bool
create_machine (App *self)
{
  char path[PATH_SIZE];
  VZMacPlatformConfiguration *platform;
  VZVirtualMachineConfiguration *configuration;

  if (!check_host (&self->failure))
    return false;
  if (self->path == NULL && !bundle_default_path (path, &self->failure))
    return false;
  if (!bundle_open (&self->bundle, self->path != NULL ? self->path : path, &self->failure))
    return false;
  if (self->recovery && file_exists (self->bundle.save_file))
    return fail (&self->failure, EXIT_FAILED,
                 "the machine was saved while it ran: shut it down before its recovery is started");
  platform = read_platform (self);
  if (platform == NULL)
    return false;
  self->settings.cpu_count = settings_choose_cpu_count ();
  self->settings.memory_size = settings_choose_memory_size ();
  if (!settings_read (&self->settings, &self->bundle, &self->failure))
    return false;
  configuration = configuration_new (platform, &self->settings, &self->bundle, &self->failure);
  if (configuration == NULL || !configuration_validate (configuration, &self->failure))
    return false;

  self->machine = retain (VZVirtualMachine_with_configuration (configuration));
  self->events = (MachineEvents){ self, guest_stopped, stopped_with_error };
  self->delegate = machine_delegate_new (&self->events);
  VZVirtualMachine_setDelegate (self->machine, self->delegate);
  return true;
}

/* ---- Starting -------------------------------------------------------------------------------- */

static void
came_up (App *self, const char *otherwise, NSError *error)
{
  if (error == NULL)
    {
      printf ("The virtual machine runs.\n");
      ready (self);
      return;
    }
  fail_error (&self->failure, otherwise, error);
  finish (self);
}

static void
start_anew (App *self)
{
  VZCompletionHandler started = ^(NSError *error) {
    came_up (self, "the virtual machine cannot be started", error);
  };
  VZMacOSVirtualMachineStartOptions *options;

  if (!self->recovery)
    {
      VZVirtualMachine_start (self->machine, started);
      return;
    }
  options = VZMacOSVirtualMachineStartOptions_new ();
  VZMacOSVirtualMachineStartOptions_setStartUpFromMacOSRecovery (options, true);
  VZVirtualMachine_start_with_options (self->machine, options, started);
}

/* A saved state is good once: when the machine has run on, it does not fit its disk any more. */
static bool
remove_saved_state (App *self)
{
  if (unlink (self->bundle.save_file) == 0 || errno == ENOENT)
    return true;
  return fail_errno (&self->failure, "cannot remove '%s'", self->bundle.save_file);
}

static void
restored (App *self, NSError *error)
{
  if (!remove_saved_state (self))
    {
      finish (self);
      return;
    }
  if (error == NULL)
    {
      VZVirtualMachine_resume (self->machine, ^(NSError *reason) {
        came_up (self, "the virtual machine cannot be resumed", reason);
      });
      return;
    }
  fprintf (stderr, "The saved state cannot be used, the machine is started anew: %s\n",
           NSString_UTF8String (NSError_localizedDescription (error)));
  start_anew (self);
}

static void
start (App *self)
{
  self->busy = true;
  if (!file_exists (self->bundle.save_file))
    start_anew (self);
  else if (is_macos_14 ())
    VZVirtualMachine_restore (self->machine, file_url (self->bundle.save_file), ^(NSError *error) {
      restored (self, error);
    });
  else
    {
      fprintf (stderr, "The saved state cannot be used before macOS 14, the machine is started "
                       "anew.\n");
      if (remove_saved_state (self))
        start_anew (self);
      else
        finish (self);
    }
}

/* ---- Quitting -------------------------------------------------------------------------------- */

/* AppKit would end the program with exit code 0. */
static void
may_quit (App *self, bool allow)
{
  bool asked = self->asked;

  self->asked = false;
  if (asked && self->failure.exit_code == EXIT_DONE)
    window_allow_quit (allow); /* does not come back if so */
  else if (allow)
    finish (self);
}

/* The user keeps the machine, and can quit again to lose what it has not written to its disk. */
static void
could_not_save (App *self, const char *what, NSError *error)
{
  fprintf (stderr, "%s: %s\nThe machine runs on; quit again to turn it off.\n", what,
           NSString_UTF8String (NSError_localizedDescription (error)));
  self->cannot_save = true;
  unlink (self->bundle.save_file);
  if (VZVirtualMachine_state (self->machine) != VZVirtualMachineStatePaused)
    {
      self->busy = false;
      may_quit (self, false);
      return;
    }
  VZVirtualMachine_resume (self->machine, ^(NSError *reason) {
    if (reason != NULL)
      fail_error (&self->failure, "the virtual machine cannot be resumed", reason);
    self->busy = false;
    may_quit (self, reason != NULL);
  });
}

static void
save (App *self)
{
  VZVirtualMachine_save (self->machine, file_url (self->bundle.save_file), ^(NSError *error) {
    if (error != NULL)
      {
        could_not_save (self, "The machine cannot be saved", error);
        return;
      }
    printf ("The virtual machine is saved.\n");
    may_quit (self, true);
  });
}

static void
pause_and_save (App *self)
{
  VZVirtualMachine_pause (self->machine, ^(NSError *error) {
    if (error != NULL)
      could_not_save (self, "The machine cannot be paused", error);
    else
      save (self);
  });
}

static void
turn_off (App *self)
{
  if (self->cannot_save)
    fail (&self->failure, EXIT_FAILED, "the machine could not be saved and was turned off");
  else
    fprintf (stderr, "Machines cannot be saved before macOS 14: it is turned off.\n");
  VZVirtualMachine_stop (self->machine, ^(NSError *error) {
    if (error != NULL)
      fail_error (&self->failure, "the virtual machine cannot be stopped", error);
    may_quit (self, true);
  });
}

/* Whether the program may end now; else it ends when the machine is saved. */
static bool
quit (App *self)
{
  NSInteger state = VZVirtualMachine_state (self->machine);

  if (!self->busy && (state == VZVirtualMachineStateStopped || state == VZVirtualMachineStateError))
    return true;
  if (self->busy || (state != VZVirtualMachineStateRunning && state != VZVirtualMachineStatePaused))
    {
      self->quit_wanted = true;
      return false;
    }
  self->busy = true;
  if (self->cannot_save || !is_macos_14 ())
    turn_off (self);
  else if (state == VZVirtualMachineStateRunning)
    pause_and_save (self);
  else
    save (self);
  return false;
}

static void
told_to_end (App *self)
{
  if (!self->headless && !self->asked)
    window_quit ();
  else if (self->headless && quit (self))
    finish (self);
}

static void
launched (void *self)
{
  start (self);
}

static bool
should_quit (void *data)
{
  App *self = data;

  self->asked = !quit (self);
  return !self->asked;
}

/* ---- The program ----------------------------------------------------------------------------- */

static bool
parse (App *self, int argc, char **argv)
{
  for (int i = 1; i < argc; i++)
    if (strcmp (argv[i], "--headless") == 0)
      self->headless = true;
    else if (strcmp (argv[i], "--recovery") == 0)
      self->recovery = true;
    else if (argv[i][0] != '-' && self->path == NULL)
      self->path = argv[i];
    else
      return false;
  return true;
}

int
main (int argc, char **argv)
{
  static App app; /* for as long as the program runs */
  App *self = &app;
  WindowEvents events = { self, launched, should_quit };
  NSAutoreleasePool *pool;
  bool ok;

  if (!parse (self, argc, argv))
    {
      fprintf (stderr, "Usage: VirtualMachineApp [--headless] [--recovery] [BUNDLE]\n"
                       "Runs ~/VM.bundle unless BUNDLE is another one.\n");
      return EXIT_USAGE;
    }
  setvbuf (stdout, NULL, _IOLBF, 0);
  pool = NSAutoreleasePool_new ();
  ok = create_machine (self);
  NSAutoreleasePool_drain (pool);
  if (!ok)
    {
      fprintf (stderr, "VirtualMachineApp: %s\n", self->failure.message);
      return self->failure.exit_code;
    }
  interrupt_watch (dispatch_get_main_queue (), ^{
    told_to_end (self);
  });
  if (!self->headless)
    window_run (self->machine, &events);
  dispatch_async (dispatch_get_main_queue (), ^{
    start (self);
  });
  dispatch_main ();
}
