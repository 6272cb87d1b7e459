/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* How vz-unpack ends, which is a separate program (src/guard). The last thing it says is a text for
 * people or, with BAD_NAME, the member's name. */
enum {
  VZ_UNPACK_DAMAGED = 1,
  VZ_UNPACK_USAGE = 2,
  VZ_UNPACK_TOO_LARGE = 3, /* more than the limit */
  VZ_UNPACK_BAD_NAME = 4, /* a member that leads elsewhere */
  VZ_UNPACK_EMPTY = 5, /* an archive without a file, or without the one asked for */
  VZ_UNPACK_CANNOT_WRITE = 6,
};
