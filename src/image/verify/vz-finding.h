/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/vz-macros.h"

G_BEGIN_DECLS

/**
 * VzFindingState:
 * @VZ_FINDING_GOOD: the data has the digest that the manifest gives
 * @VZ_FINDING_BAD: the data is damaged
 * @VZ_FINDING_MISSING: the image does not have the file that the manifest names
 * @VZ_FINDING_NOT_VERIFIED: the file can be read and has the checksum that the zip file gives, but
 *   the manifest has no digest for it, or one that covers unknown bytes
 *
 * The result of verifying a part of a restore image.
 */
typedef enum {
  VZ_FINDING_GOOD,
  VZ_FINDING_BAD,
  VZ_FINDING_MISSING,
  VZ_FINDING_NOT_VERIFIED,
} VzFindingState;

#define VZ_TYPE_FINDING (vz_finding_get_type ())

/**
 * VzFinding:
 * @state: the result
 * @component: (nullable): the manifest's component; %NULL for a file that no component names
 * @device_classes: (nullable) (array zero-terminated=1): the boards that @component is for
 * @path: (nullable): the file in the image
 * @chunk: the number of the chunk, from 0; -1 when the finding is about the whole
 * @expected: (nullable): the digest or checksum promised, lower-case hex
 * @found: (nullable): the one that the data has
 * @message: (nullable): a sentence that says what is wrong or unknown; %NULL when all is good
 *
 * One result of verifying a restore image. Immutable.
 */
typedef struct {
  VzFindingState state;
  char *component;
  char **device_classes;
  char *path;
  gint64 chunk;
  char *expected;
  char *found;
  char *message;
} VzFinding;

VZ_PUBLIC
GType vz_finding_get_type (void);
VZ_PUBLIC
VzFinding *vz_finding_ref (VzFinding *self);
VZ_PUBLIC
void vz_finding_unref (VzFinding *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VzFinding, vz_finding_unref)
VZ_PUBLIC
char *vz_finding_describe (const VzFinding *self);

G_END_DECLS
