/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The commands about sound, whose answers go to @out; 1: done, 0: failed, -1: it is none of
 * them. */
int sound_obey (int out, const char *command, const char *argument);
