/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Programs of another architecture. Answers 1 or 0 (an error), or -1 when it is no command of
 * these. */
int translation_obey (int out, const char *command, const char *argument);
