/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/commands.h"

/* In the order in which a newcomer meets them. */
const VzCommand *const vz_commands[] = {
  &vz_command_install,      &vz_command_run,
  &vz_command_list,         &vz_command_show,
  &vz_command_set,          &vz_command_check,
  &vz_command_resize,       &vz_command_clone,
  &vz_command_backup,       &vz_command_restore_backup,
  &vz_command_delete,       &vz_command_stop,
  &vz_command_pause,        &vz_command_resume,
  &vz_command_save,         &vz_command_console,
  &vz_command_display,      &vz_command_exec,
  &vz_command_copy,         &vz_command_events,
  &vz_command_ip,           &vz_command_ssh,
  &vz_command_screenshot,   &vz_command_send_keys,
  &vz_command_image_list,   &vz_command_image_compose,
  &vz_command_image_fetch,  &vz_command_image_inspect,
  &vz_command_image_verify, &vz_command_image_extract,
  &vz_command_doctor,       NULL,
};
