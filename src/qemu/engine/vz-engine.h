/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "configuration/identity/vz-machine-identifier.h"
#include "configuration/vz-virtual-machine-configuration.h"
#include "qemu/arguments/vz-firmware-file.h"
#include "qemu/arguments/vz-kernel-boot.h"
#include "qemu/vz-port-labels.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* One run of a machine in QEMU: from the start of the process, or from attaching to it, to its
 * end. */
typedef struct _VzEngine VzEngine;

/* The set and positions of the devices that QEMU gets for a configuration: a saved state only fits
 * a QEMU with the same. To be raised with every change of the arguments that a guest could
 * notice. */
#define VZ_ENGINE_LAYOUT 2

/* For one run. */
typedef struct {
  gboolean kill_on_exit; /* dies with this process; all do until they have started */
  gboolean keeps_networks; /* no hub between a network device and its attachment */
  gboolean ephemeral; /* the guest's writes go elsewhere and are lost */
  gboolean incoming; /* waits for vz_engine_receive_state(), and dies with this process until
                      * vz_engine_let_live() */
  const char *kernel_options; /* for the guest's Linux, in addition to its own, if its boot loader
                               * is systemd-boot 256 or later; may be NULL */
  const VzKernelBoot *kernel_boot; /* may be NULL */
  const VzFirmwareFile *firmware_file; /* may be NULL */
} VzEngineOptions;

/* Starts QEMU and returns once its monitor answers. */
VzEngine *vz_engine_start (VzVirtualMachineConfiguration *configuration,
                           const VzEngineOptions *options, GCancellable *cancellable,
                           GError **error);
/* Connects to the QEMU that runs @configuration, whichever program started it, in any session.
 * NOT_FOUND if there is none, BUSY if its sockets are out of reach, TIMED_OUT if QEMU does not
 * answer. Any number of programs may be connected. */
VzEngine *vz_engine_attach (VzVirtualMachineConfiguration *configuration, GCancellable *cancellable,
                            GError **error);
/* The VZ_ENGINE_LAYOUT of the vz that started it. */
guint vz_engine_get_layout (VzEngine *self);
/* From now on QEMU may outlive this process, unless it was started to die with it. */
void vz_engine_let_live (VzEngine *self);
/* Releases it. QEMU keeps running unless vz_engine_kill() was called. */
void vz_engine_release (VzEngine *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VzEngine, vz_engine_release)

/* Both are called on the engine's threads, and must not wait for the engine. */
typedef struct {
  /* Called once, when the run ends; by vz_engine_watch() itself if it already has. @error is NULL
   * if the guest ended or a program told QEMU to quit. */
  void (*ended) (const GError *error, gpointer user_data);
  /* What QEMU reports about itself (the QMP events). @data may be NULL. */
  void (*event) (const char *name, JsonObject *data, gpointer user_data);
} VzEngineCallbacks;
/* @callbacks is borrowed permanently. */
void vz_engine_watch (VzEngine *self, const VzEngineCallbacks *callbacks, gpointer user_data,
                      GDestroyNotify destroy);

/* Whether the machine could be started: BUSY names who runs it already or uses its disks. */
gboolean vz_engine_check_free (VzVirtualMachineConfiguration *configuration, GError **error);
/* Checks that only QEMU writes to the images that the guest writes to, otherwise BUSY. After
 * restoring a state, QEMU does not check this until the guest resumes, and then only logs that
 * another program writes to them: so call this before that, and again when @guest_goes_on. Nothing
 * is known about an engine that was not started here. */
gboolean vz_engine_check_locks (VzEngine *self, gboolean guest_goes_on, GError **error);

/* Where the sockets and the logs are; borrowed. */
const char *vz_engine_get_runtime_dir (VzEngine *self);
const char *vz_engine_get_state_dir (VzEngine *self);

/* Whether the guest is paused, whatever paused it. */
gboolean vz_engine_is_guest_stopped (VzEngine *self);

/* A monitor command. Both a refusal by QEMU and a failure to reach it are errors; for a QEMU that
 * died, the error says how it died, for one that hangs it is TIMED_OUT. */
gboolean vz_engine_call (VzEngine *self, const char *command, JsonObject *arguments,
                         GCancellable *cancellable, JsonNode **ret_result, GError **error);

/* QEMU's answer to @line, a command of its human monitor, for what QMP has no command for. */
char *vz_engine_ask_human_monitor (VzEngine *self, const char *line, GCancellable *cancellable,
                                   GError **error);

/* Gives QEMU a descriptor, which it can open as `/dev/fdset/NUMBER`, replacing any with that
 * number. @fd itself stays the caller's. */
gboolean vz_engine_add_fd (VzEngine *self, int fd, guint number, GCancellable *cancellable,
                           GError **error);
/* It stays with whatever has it open. */
void vz_engine_remove_fd (VzEngine *self, guint number);

/* Makes QEMU start writing the guest's state to @fd, or reading it from there; QEMU gets a copy of
 * the descriptor. Sending requires a paused guest, receiving an engine started with incoming. */
gboolean vz_engine_send_state (VzEngine *self, int fd, GCancellable *cancellable, GError **error);
gboolean vz_engine_receive_state (VzEngine *self, int fd, GCancellable *cancellable,
                                  GError **error);
/* Waits, at most some seconds, for the end of a transfer whose other end may be gone. */
void vz_engine_settle_state (VzEngine *self, GCancellable *cancellable);
/* Waits until QEMU has finished. */
gboolean vz_engine_wait_state (VzEngine *self, GCancellable *cancellable, GError **error);
void vz_engine_cancel_state (VzEngine *self);
gboolean vz_engine_get_version (VzEngine *self, int *ret_major, int *ret_minor, int *ret_micro,
                                GCancellable *cancellable, GError **error);
gboolean vz_engine_get_is_kvm (VzEngine *self, gboolean *ret_is_kvm, GCancellable *cancellable,
                               GError **error);

/* Whether the guest's writes are lost when QEMU ends. */
gboolean vz_engine_is_ephemeral (VzEngine *self);

/* The other end of a port between QEMU and the guest. */
typedef enum {
  VZ_PORT_ABSENT,
  VZ_PORT_CLOSED, /* nothing in the guest listens on it */
  VZ_PORT_OPEN,
} VzPortState;
gboolean vz_engine_query_port (VzEngine *self, const char *label, VzPortState *ret_state,
                               GCancellable *cancellable, GError **error);

/* The tag of a folder that is shared with the guest, even if only in this run; NULL if there is
 * none. */
char *vz_engine_dup_share_tag (VzEngine *self);

/* Ends QEMU: through its monitor, and by force if it does not end within seconds. */
void vz_engine_quit (VzEngine *self);
/* At once, by signal. */
void vz_engine_kill (VzEngine *self);
/* At once, and waits until it is gone; for one that is not yet being watched. */
void vz_engine_end (VzEngine *self);
/* If QEMU is dead or dying, replaces @error with how it died. */
void vz_engine_explain (VzEngine *self, GError **error);

/* Why guest code is emulated, in one sentence; NULL under KVM and if attached. */
const char *vz_engine_get_emulation_reason (VzEngine *self);

G_END_DECLS
