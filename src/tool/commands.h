/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tool/vz-tool.h"

G_BEGIN_DECLS

/* One file a command; each defines its row. */
extern const VzCommand vz_command_backup;
extern const VzCommand vz_command_check;
extern const VzCommand vz_command_clone;
extern const VzCommand vz_command_console;
extern const VzCommand vz_command_copy;
extern const VzCommand vz_command_delete;
extern const VzCommand vz_command_display;
extern const VzCommand vz_command_doctor;
extern const VzCommand vz_command_events;
extern const VzCommand vz_command_exec;
extern const VzCommand vz_command_export;
extern const VzCommand vz_command_image_compose;
extern const VzCommand vz_command_image_extract;
extern const VzCommand vz_command_image_fetch;
extern const VzCommand vz_command_image_inspect;
extern const VzCommand vz_command_image_list;
extern const VzCommand vz_command_image_verify;
extern const VzCommand vz_command_import;
extern const VzCommand vz_command_install;
extern const VzCommand vz_command_ip;
extern const VzCommand vz_command_list;
extern const VzCommand vz_command_pause;
extern const VzCommand vz_command_restore_backup;
extern const VzCommand vz_command_resize;
extern const VzCommand vz_command_resume;
extern const VzCommand vz_command_run;
extern const VzCommand vz_command_save;
extern const VzCommand vz_command_screenshot;
extern const VzCommand vz_command_send_keys;
extern const VzCommand vz_command_set;
extern const VzCommand vz_command_show;
extern const VzCommand vz_command_ssh;
extern const VzCommand vz_command_stop;
extern const VzCommand vz_command_usb_list;
extern const VzCommand vz_command_usb_attach;
extern const VzCommand vz_command_usb_detach;

G_END_DECLS
