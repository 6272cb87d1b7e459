/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "restore/vz-image-product.h"

#include <string.h>

#define VIRTUAL_MAC "VirtualMac"

static const VzImageProduct products[] = {
  { "x86_64", "VzGeneric-x86_64", "q35-x86_64" },
  { "aarch64", "VzGeneric-aarch64", "virt-aarch64" },
  { NULL },
};

const VzImageProduct *
vz_image_product_list (void)
{
  return products;
}

const VzImageProduct *
vz_image_product_for_architecture (const char *architecture)
{
  for (gsize i = 0; products[i].architecture != NULL; i++)
    if (g_strcmp0 (products[i].architecture, architecture) == 0)
      return &products[i];
  return NULL;
}

const VzImageProduct *
vz_image_product_for_device_class (const char *device_class)
{
  for (gsize i = 0; products[i].architecture != NULL; i++)
    if (g_strcmp0 (products[i].device_class, device_class) == 0)
      return &products[i];
  return NULL;
}

const VzImageProduct *
vz_image_product_for_product_type (const char *product_type)
{
  for (gsize i = 0; products[i].architecture != NULL; i++)
    if (g_strcmp0 (products[i].product_type, product_type) == 0)
      return &products[i];
  return NULL;
}

/* Macmini9,1, MacBookPro17,1, iMac21,1, Mac13,1, VirtualMac2,1 */
static gboolean
is_mac (const char *product_type)
{
  return strstr (product_type, "Mac") != NULL;
}

gboolean
vz_image_product_is_computer (const char *product_type)
{
  return is_mac (product_type) && !g_str_has_prefix (product_type, VIRTUAL_MAC);
}

const char *
vz_image_product_get_operating_system (const char *product_type)
{
  return is_mac (product_type) ? "macOS" : NULL;
}

char *
vz_image_product_dup_unsupported_reason (const char *product_type)
{
  if (vz_image_product_for_product_type (product_type) != NULL)
    return NULL;
  if (vz_image_product_is_computer (product_type))
    return g_strdup ("It is for a real Mac, which no virtual machine is.");
  if (is_mac (product_type))
    return g_strdup ("It is for Apple's virtual Mac, which needs Apple's processor and host: "
                     "a Linux host cannot run macOS guests.");
  return g_strdup_printf ("'%s' is not a board that vz emulates.", product_type);
}
