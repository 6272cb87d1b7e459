/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The commands about shared folders, as devices_obey(). */
int shares_obey (int out, const char *command, const char *argument);
