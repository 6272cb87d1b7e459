/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "image/manifest/vz-build-manifest.h"
#include "image/zip/vz-image-container.h"

G_BEGIN_DECLS

/* Tells the components of a manifest just read what the container has of them: whether it is there,
 * its sizes. Returns the bytes of all members when unzip has unpacked them, without Finder's junk:
 * for images of both systems the same rule, while what is packed inside of members is another
 * matter for each. */
guint64 vz_image_contents_measure (VzImageContainer *container, VzBuildManifest *manifest);

G_END_DECLS
