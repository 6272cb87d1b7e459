/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "qemu/engine/vz-engine.h"
#include "qemu/vz-process.h"
#include "qemu/vz-qmp-client.h"

G_BEGIN_DECLS

struct _VzEngine {
  gint references; /* the owner's and, while QEMU runs, its process thread's */
  VzVirtualMachineConfiguration *configuration;
  VzMachineIdentifier *identifier; /* the configuration's */
  char *runtime_dir;
  char *state_dir;
  char *log_path;
  char *emulation_reason;
  guint layout;
  int monitor_lock; /* of the monitor that we use, -1: none */
  VzQmpClient *client; /* when shared: within a session only */
  gboolean shared; /* no monitor is ours; see vz-engine-shared.c */
  GRecMutex session; /* whose session it is */
  guint session_depth;
  gint n_events; /* that told whether the guest stands still */
  GThread *looker; /* NULL unless shared */
  VzProcess *process; /* NULL when attached */
  GPtrArray *relays; /* of VzSerialRelay: file handle attachments */

  GMutex lock; /* protects what follows */
  GCond changed; /* the run is over */
  gboolean process_ended;
  int wait_status;
  gboolean monitor_closed;
  char *shutdown_reason; /* of QEMU's SHUTDOWN event */
  gboolean panicked;
  gboolean status_known; /* by an event, which is newer than any answer to query-status */
  gboolean guest_stopped;
  gboolean over;
  gboolean leaving; /* the owner lets go: callbacks must not wait for anything */
  GError *error; /* how it ended, once over; NULL: well */
  const VzEngineCallbacks *callbacks; /* NULL: nobody watches */
  gpointer user_data;
  GDestroyNotify destroy;
};

/* For a configuration with an identifier, and the directories of the run. */
VzEngine *vz_engine_new (VzVirtualMachineConfiguration *configuration, const char *runtime_dir,
                         const char *state_dir);
/* The configuration's; NULL with NOT_SUPPORTED. */
VzMachineIdentifier *vz_engine_identifier_of (VzVirtualMachineConfiguration *configuration,
                                              GError **error);
void vz_engine_unref (VzEngine *self);
/* Callbacks of the monitor; user data is the engine. */
extern const VzQmpCallbacks vz_engine_callbacks;
extern const VzQmpCallbacks vz_engine_session_callbacks;
/* Between the two the engine has a client, the same one for all that is asked; they may be
 * nested. */
gboolean vz_engine_begin_session (VzEngine *self, GCancellable *cancellable, GError **error);
void vz_engine_end_session (VzEngine *self);
/* Starts to look what becomes of a QEMU that no events are heard of. */
void vz_engine_look_after (VzEngine *self);
/* Asks QEMU whether the guest is paused; afterwards events tell. */
gboolean vz_engine_ask_status (VzEngine *self, GCancellable *cancellable, GError **error);
/* Callback of the process; takes over a reference. */
void vz_engine_process_exited (int wait_status, gpointer user_data);
/* @text, QEMU's last words, and where the log is. The code follows from the words. */
GError *vz_engine_error_with_log (VzEngine *self, const char *text);

/* A command with a copy of @fd. What it is for is forgotten with the session. */
gboolean vz_engine_call_with_fd (VzEngine *self, const char *command, JsonObject *arguments, int fd,
                                 GCancellable *cancellable, GError **error);

G_END_DECLS
