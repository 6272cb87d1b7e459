/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What restore images of ours call an architecture; Apple's counterparts are "VirtualMac2,1" and
 * "vma2macosap". */
typedef struct {
  const char *architecture; /* "x86_64" */
  const char *product_type; /* "VzGeneric-x86_64" */
  const char *device_class; /* "q35-x86_64" */
} VzImageProduct;

/* NULL when vz has no board for it. */
const VzImageProduct *vz_image_product_for_architecture (const char *architecture);
const VzImageProduct *vz_image_product_for_device_class (const char *device_class);

G_END_DECLS
