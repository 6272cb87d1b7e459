/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>
#include <string.h>

/* Numbers in data from other programs, at any alignment; the caller makes sure that the bytes
 * exist. */

static inline guint32
vz_read_be32 (const guint8 *data)
{
  guint32 value;

  memcpy (&value, data, sizeof value);
  return GUINT32_FROM_BE (value);
}

static inline guint64
vz_read_be64 (const guint8 *data)
{
  guint64 value;

  memcpy (&value, data, sizeof value);
  return GUINT64_FROM_BE (value);
}

static inline guint32
vz_read_le32 (const guint8 *data)
{
  return GUINT32_SWAP_LE_BE (vz_read_be32 (data));
}

static inline guint64
vz_read_le64 (const guint8 *data)
{
  return GUINT64_SWAP_LE_BE (vz_read_be64 (data));
}
