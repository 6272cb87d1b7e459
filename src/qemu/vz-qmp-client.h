/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/vz-macros.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* A connection to QEMU's monitor (QMP). */
typedef struct _VzQmpClient VzQmpClient;

/* The outcome of a call. */
typedef enum {
  VZ_QMP_RESULT, /* QEMU did it */
  VZ_QMP_REFUSED, /* QEMU refused; the error's message is QEMU's text */
  VZ_QMP_TRANSPORT, /* unknown: connection lost, no answer in time, or cancelled */
} VzQmpOutcome;

/* Both are called on the client's own thread: they must not block, and must not free the client. */
typedef struct {
  void (*event) (const char *name, JsonObject *data, gpointer user_data); /* @data may be NULL */
  void (*closed) (const GError *reason, gpointer user_data); /* once; nothing follows it */
} VzQmpCallbacks;

/* Takes ownership of @fd, a connected stream socket. */
VzQmpClient *vz_qmp_client_new (int fd, const VzQmpCallbacks *callbacks, gpointer user_data);

/* Waits for the greeting and leaves negotiation mode; must be the first call. */
gboolean vz_qmp_client_negotiate (VzQmpClient *self, int timeout_ms, GCancellable *cancellable,
                                  GError **error);

/* Runs @command. Takes ownership of @arguments, which may be NULL. @ret_result may be NULL. May be
 * called from any thread, several at a time. */
VzQmpOutcome vz_qmp_client_call (VzQmpClient *self, const char *command, JsonObject *arguments,
                                 int timeout_ms, GCancellable *cancellable, JsonNode **ret_result,
                                 GError **error);

/* The same for a command that takes a descriptor; @fd itself stays the caller's. */
gboolean vz_qmp_client_call_with_fd (VzQmpClient *self, const char *command, JsonObject *arguments,
                                     int fd, GCancellable *cancellable, GError **error);

/* Ends the connection; waiting calls fail. */
void vz_qmp_client_close (VzQmpClient *self);
/* Closes, waits for the client's thread and frees. No call may be in progress. */
void vz_qmp_client_free (VzQmpClient *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VzQmpClient, vz_qmp_client_free)

G_END_DECLS
