/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "qemu/engine/vz-engine.h"
#include "qemu/vz-process.h"
#include "qemu/vz-qmp-client.h"

G_BEGIN_DECLS

struct _VzEngine {
  gint references; /* the owner's and, while QEMU runs, the process thread's */
  VzVirtualMachineConfiguration *configuration;
  VzMachineIdentifier *identifier; /* from the configuration */
  char *runtime_dir;
  char *state_dir;
  char *log_path;
  char *emulation_reason;
  guint layout;
  int monitor_lock; /* of the monitor in use, -1: none */
  VzQmpClient *client; /* if shared: only during a session */
  gboolean shared; /* we have no monitor of our own; see vz-engine-shared.c */
  GRecMutex session; /* held by the session's thread */
  guint session_depth;
  gint n_events; /* events that said whether the guest is paused */
  GThread *looker; /* NULL unless shared */
  VzProcess *process; /* NULL if attached */
  GPtrArray *relays; /* of VzSerialRelay: file handle attachments */

  GMutex lock; /* guards everything below */
  GCond changed; /* the run has ended */
  gboolean process_ended;
  int wait_status;
  gboolean monitor_closed;
  char *shutdown_reason; /* from QEMU's SHUTDOWN event */
  gboolean panicked;
  gboolean status_known; /* from an event, which is newer than any answer to query-status */
  gboolean guest_stopped;
  gboolean over;
  gboolean leaving; /* the owner is releasing it: callbacks must not wait */
  GError *error; /* how it ended, once over; NULL: normally */
  const VzEngineCallbacks *callbacks; /* NULL: no observer */
  gpointer user_data;
  GDestroyNotify destroy;
};

/* For a configuration with an identifier and the directories of the run. */
VzEngine *vz_engine_new (VzVirtualMachineConfiguration *configuration, const char *runtime_dir,
                         const char *state_dir);
/* From the configuration; NULL with NOT_SUPPORTED. */
VzMachineIdentifier *vz_engine_identifier_of (VzVirtualMachineConfiguration *configuration,
                                              GError **error);
void vz_engine_unref (VzEngine *self);
/* Callbacks of the monitor; user data is the engine. */
extern const VzQmpCallbacks vz_engine_callbacks;
extern const VzQmpCallbacks vz_engine_session_callbacks;
/* Between the two the engine has a client, the same one for all commands; they may be nested. */
gboolean vz_engine_begin_session (VzEngine *self, GCancellable *cancellable, GError **error);
void vz_engine_end_session (VzEngine *self);
/* Starts polling a QEMU whose events are not received. */
void vz_engine_look_after (VzEngine *self);
/* Asks QEMU whether the guest is paused; after that, events tell. */
gboolean vz_engine_ask_status (VzEngine *self, GCancellable *cancellable, GError **error);
/* Callback of the process; takes ownership of a reference. */
void vz_engine_process_exited (int wait_status, gpointer user_data);
/* @text, QEMU's last words, and the log's path. The words determine the code. */
GError *vz_engine_error_with_log (VzEngine *self, const char *text);

/* A command with a copy of @fd, which QEMU forgets at the end of the session. */
gboolean vz_engine_call_with_fd (VzEngine *self, const char *command, JsonObject *arguments, int fd,
                                 GCancellable *cancellable, GError **error);

G_END_DECLS
