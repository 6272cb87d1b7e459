/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/commands.h"

/* In the order in which a newcomer meets them. */
const VzCommand *const vz_commands[] = {
  &vz_command_list,
  &vz_command_show,
  &vz_command_set,
  &vz_command_check,
  &vz_command_delete,
  &vz_command_image_compose,
  &vz_command_image_inspect,
  NULL,
};
