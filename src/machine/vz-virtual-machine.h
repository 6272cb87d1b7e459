/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "configuration/boot/vz-virtual-machine-start-options.h"
#include "configuration/vz-virtual-machine-configuration.h"
#include "foundation/vz-progress.h"
#include "machine/vz-virtual-machine-state.h"
#include "qemu/agent/vz-guest-agent.h"

G_BEGIN_DECLS

#define VZ_TYPE_VIRTUAL_MACHINE (vz_virtual_machine_get_type ())
VZ_PUBLIC
G_DECLARE_FINAL_TYPE (VzVirtualMachine, vz_virtual_machine, VZ, VIRTUAL_MACHINE, GObject)

VZ_PUBLIC
VzVirtualMachine *vz_virtual_machine_new (VzVirtualMachineConfiguration *configuration);
VZ_PUBLIC
VzVirtualMachine *vz_virtual_machine_attach (VzVirtualMachineConfiguration *configuration,
                                             GError **error);

VZ_PUBLIC
VzVirtualMachineState vz_virtual_machine_get_state (VzVirtualMachine *self);
VZ_PUBLIC
gboolean vz_virtual_machine_get_can_start (VzVirtualMachine *self);
VZ_PUBLIC
gboolean vz_virtual_machine_get_can_stop (VzVirtualMachine *self);
VZ_PUBLIC
gboolean vz_virtual_machine_get_can_pause (VzVirtualMachine *self);
VZ_PUBLIC
gboolean vz_virtual_machine_get_can_resume (VzVirtualMachine *self);
VZ_PUBLIC
gboolean vz_virtual_machine_get_can_request_stop (VzVirtualMachine *self);
VZ_PUBLIC
gboolean vz_virtual_machine_get_kill_on_exit (VzVirtualMachine *self);
VZ_PUBLIC
void vz_virtual_machine_set_kill_on_exit (VzVirtualMachine *self, gboolean kill_on_exit);
VZ_PUBLIC
gboolean vz_virtual_machine_get_ephemeral (VzVirtualMachine *self);
VZ_PUBLIC
void vz_virtual_machine_set_ephemeral (VzVirtualMachine *self, gboolean ephemeral);
VZ_PUBLIC
gboolean vz_virtual_machine_get_keeps_network_attachments (VzVirtualMachine *self);
VZ_PUBLIC
void vz_virtual_machine_set_keeps_network_attachments (VzVirtualMachine *self,
                                                       gboolean keeps_network_attachments);
VZ_PUBLIC
VzVirtualMachineConfiguration *vz_virtual_machine_get_configuration (VzVirtualMachine *self);
VZ_PUBLIC
GPtrArray *vz_virtual_machine_get_console_devices (VzVirtualMachine *self);
VZ_PUBLIC
GPtrArray *vz_virtual_machine_get_directory_sharing_devices (VzVirtualMachine *self);
VZ_PUBLIC
GPtrArray *vz_virtual_machine_get_graphics_devices (VzVirtualMachine *self);
VZ_PUBLIC
GPtrArray *vz_virtual_machine_get_memory_balloon_devices (VzVirtualMachine *self);
VZ_PUBLIC
GPtrArray *vz_virtual_machine_get_socket_devices (VzVirtualMachine *self);
VZ_PUBLIC
GPtrArray *vz_virtual_machine_get_usb_controllers (VzVirtualMachine *self);
VZ_PUBLIC
GMainContext *vz_virtual_machine_get_main_context (VzVirtualMachine *self);

VZ_PUBLIC
gboolean vz_virtual_machine_start (VzVirtualMachine *self, GCancellable *cancellable,
                                   GError **error);
VZ_PUBLIC
gboolean vz_virtual_machine_start_with_options (VzVirtualMachine *self,
                                                VzVirtualMachineStartOptions *options,
                                                GCancellable *cancellable, GError **error);
VZ_PUBLIC
void vz_virtual_machine_start_with_options_async (VzVirtualMachine *self,
                                                  VzVirtualMachineStartOptions *options,
                                                  GCancellable *cancellable,
                                                  GAsyncReadyCallback callback, gpointer user_data);
VZ_PUBLIC
gboolean vz_virtual_machine_start_with_options_finish (VzVirtualMachine *self, GAsyncResult *result,
                                                       GError **error);
VZ_PUBLIC
gboolean vz_virtual_machine_stop (VzVirtualMachine *self, GCancellable *cancellable,
                                  GError **error);
VZ_PUBLIC
gboolean vz_virtual_machine_pause (VzVirtualMachine *self, GCancellable *cancellable,
                                   GError **error);
VZ_PUBLIC
gboolean vz_virtual_machine_resume (VzVirtualMachine *self, GCancellable *cancellable,
                                    GError **error);
VZ_PUBLIC
GError *vz_virtual_machine_dup_pause_error (VzVirtualMachine *self, GCancellable *cancellable);
VZ_PUBLIC
char *vz_virtual_machine_dup_pause_reason (VzVirtualMachine *self, GCancellable *cancellable);
VZ_PUBLIC
gboolean vz_virtual_machine_save_machine_state_to_file (VzVirtualMachine *self, const char *path,
                                                        VzProgress *progress,
                                                        GCancellable *cancellable, GError **error);
VZ_PUBLIC
gboolean vz_virtual_machine_restore_machine_state_from_file (VzVirtualMachine *self,
                                                             const char *path, VzProgress *progress,
                                                             GCancellable *cancellable,
                                                             GError **error);
VZ_PUBLIC
gboolean vz_virtual_machine_start_or_restore (VzVirtualMachine *self, const char *path,
                                              VzProgress *progress, GError **ret_refused,
                                              GCancellable *cancellable, GError **error);
VZ_PUBLIC
gboolean vz_virtual_machine_save_and_stop (VzVirtualMachine *self, const char *path,
                                           VzProgress *progress, GCancellable *cancellable,
                                           GError **error);
VZ_PUBLIC
gboolean vz_virtual_machine_recover (VzVirtualMachine *self, const char *path, char **ret_text,
                                     GCancellable *cancellable, GError **error);
VZ_PUBLIC
gboolean vz_virtual_machine_check_awake (VzVirtualMachine *self, GCancellable *cancellable,
                                         GError **error);
VZ_PUBLIC
gboolean vz_virtual_machine_switch_off (VzVirtualMachineConfiguration *configuration,
                                        GCancellable *cancellable, GError **error);
VZ_PUBLIC
gboolean vz_virtual_machine_request_stop (VzVirtualMachine *self, GError **error);
VZ_PUBLIC
gboolean vz_virtual_machine_wait_stopped (VzVirtualMachine *self, GCancellable *cancellable,
                                          GError **error);
VZ_PUBLIC
gboolean vz_virtual_machine_wait_state_change (VzVirtualMachine *self, VzVirtualMachineState state,
                                               int timeout_ms, GCancellable *cancellable,
                                               GError **error);
VZ_PUBLIC
gboolean vz_virtual_machine_has_ended (VzVirtualMachine *self);

VZ_PUBLIC
void vz_virtual_machine_start_async (VzVirtualMachine *self, GCancellable *cancellable,
                                     GAsyncReadyCallback callback, gpointer user_data);
VZ_PUBLIC
gboolean vz_virtual_machine_start_finish (VzVirtualMachine *self, GAsyncResult *result,
                                          GError **error);
VZ_PUBLIC
void vz_virtual_machine_stop_async (VzVirtualMachine *self, GCancellable *cancellable,
                                    GAsyncReadyCallback callback, gpointer user_data);
VZ_PUBLIC
gboolean vz_virtual_machine_stop_finish (VzVirtualMachine *self, GAsyncResult *result,
                                         GError **error);

VZ_PUBLIC
void vz_virtual_machine_pause_async (VzVirtualMachine *self, GCancellable *cancellable,
                                     GAsyncReadyCallback callback, gpointer user_data);
VZ_PUBLIC
gboolean vz_virtual_machine_pause_finish (VzVirtualMachine *self, GAsyncResult *result,
                                          GError **error);
VZ_PUBLIC
void vz_virtual_machine_resume_async (VzVirtualMachine *self, GCancellable *cancellable,
                                      GAsyncReadyCallback callback, gpointer user_data);
VZ_PUBLIC
gboolean vz_virtual_machine_resume_finish (VzVirtualMachine *self, GAsyncResult *result,
                                           GError **error);

VZ_PUBLIC
void vz_virtual_machine_save_machine_state_to_file_async (VzVirtualMachine *self, const char *path,
                                                          VzProgress *progress,
                                                          GCancellable *cancellable,
                                                          GAsyncReadyCallback callback,
                                                          gpointer user_data);
VZ_PUBLIC
gboolean vz_virtual_machine_save_machine_state_to_file_finish (VzVirtualMachine *self,
                                                               GAsyncResult *result,
                                                               GError **error);
VZ_PUBLIC
void vz_virtual_machine_restore_machine_state_from_file_async (VzVirtualMachine *self,
                                                               const char *path,
                                                               VzProgress *progress,
                                                               GCancellable *cancellable,
                                                               GAsyncReadyCallback callback,
                                                               gpointer user_data);
VZ_PUBLIC
gboolean vz_virtual_machine_restore_machine_state_from_file_finish (VzVirtualMachine *self,
                                                                    GAsyncResult *result,
                                                                    GError **error);
VZ_PUBLIC
void vz_virtual_machine_start_or_restore_async (VzVirtualMachine *self, const char *path,
                                                VzProgress *progress, GCancellable *cancellable,
                                                GAsyncReadyCallback callback, gpointer user_data);
VZ_PUBLIC
gboolean vz_virtual_machine_start_or_restore_finish (VzVirtualMachine *self, GAsyncResult *result,
                                                     GError **ret_refused, GError **error);
VZ_PUBLIC
void vz_virtual_machine_save_and_stop_async (VzVirtualMachine *self, const char *path,
                                             VzProgress *progress, GCancellable *cancellable,
                                             GAsyncReadyCallback callback, gpointer user_data);
VZ_PUBLIC
gboolean vz_virtual_machine_save_and_stop_finish (VzVirtualMachine *self, GAsyncResult *result,
                                                  GError **error);

VZ_PUBLIC
VzGuestAgent *vz_virtual_machine_get_guest_agent (VzVirtualMachine *self);
VZ_PUBLIC
gboolean vz_virtual_machine_screenshot (VzVirtualMachine *self, const char *path,
                                        GCancellable *cancellable, GError **error);
VZ_PUBLIC
char *vz_virtual_machine_dup_display_socket_path (VzVirtualMachine *self);
VZ_PUBLIC
gboolean vz_virtual_machine_publish_display (VzVirtualMachine *self, const char *address,
                                             guint port, const char *password, guint *ret_port,
                                             GCancellable *cancellable, GError **error);
VZ_PUBLIC
gboolean vz_virtual_machine_unpublish_display (VzVirtualMachine *self, GCancellable *cancellable,
                                               GError **error);
VZ_PUBLIC
gboolean vz_virtual_machine_query_clipboard (VzVirtualMachine *self, VzClipboardState *ret_state,
                                             GCancellable *cancellable, GError **error);
VZ_PUBLIC
GPtrArray *vz_virtual_machine_dup_published_ports (VzVirtualMachine *self,
                                                   GCancellable *cancellable, GError **error);
VZ_PUBLIC
guint vz_virtual_machine_find_published_port (VzVirtualMachine *self, guint guest_port,
                                              GCancellable *cancellable, GError **error);
VZ_PUBLIC
char *vz_virtual_machine_dup_log_path (VzVirtualMachine *self);
VZ_PUBLIC
char *vz_virtual_machine_dup_console_log_path (VzVirtualMachine *self);
VZ_PUBLIC
char *vz_virtual_machine_dup_console_socket_path (VzVirtualMachine *self);
VZ_PUBLIC
char *vz_virtual_machine_dup_emulation_reason (VzVirtualMachine *self);

G_END_DECLS
