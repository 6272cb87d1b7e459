/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The exit codes of vz-unpack, a separate program (src/guard). Its last output is a text for users
 * or, with BAD_NAME, the member's name. */
enum {
  VZ_UNPACK_DAMAGED = 1,
  VZ_UNPACK_USAGE = 2,
  VZ_UNPACK_TOO_LARGE = 3, /* more than the limit */
  VZ_UNPACK_BAD_NAME = 4, /* a member with a name that leads elsewhere */
  VZ_UNPACK_EMPTY = 5, /* an archive without a file, or without the requested one */
  VZ_UNPACK_CANNOT_WRITE = 6,
};
