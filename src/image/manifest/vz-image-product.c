/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "image/manifest/vz-image-product.h"

#include "foundation/host/vz-host.h"

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
  return is_mac (product_type) ? VZ_PRODUCT_MACOS : NULL;
}

GStrv
vz_image_product_dup_mac_reasons (const char *minimum_host)
{
  g_autoptr (GStrvBuilder) reasons = g_strv_builder_new ();
  const char *architecture = vz_host_get_architecture ();
  g_autofree char *host = NULL;
  g_autofree char *processor = NULL;

  host =
    g_strdup_printf ("a Linux host cannot run macOS guests, which need macOS%s%s%s as their host",
                     minimum_host != NULL ? " " : "", minimum_host != NULL ? minimum_host : "",
                     minimum_host != NULL ? " or newer" : "");
  g_strv_builder_add (reasons, host);
  if (!g_str_equal (architecture, "aarch64"))
    {
      processor = g_strdup_printf ("macOS guests need an Apple processor, but this host's is %s",
                                   architecture);
      g_strv_builder_add (reasons, processor);
    }
  g_strv_builder_add (reasons, "vz has no engine that emulates Apple's virtual Mac");
  return g_strv_builder_end (reasons);
}

GStrv
vz_image_product_dup_unsupported_reasons (const char *product_type)
{
  g_autoptr (GStrvBuilder) reasons = g_strv_builder_new ();
  g_autofree char *unknown = NULL;

  if (vz_image_product_for_product_type (product_type) != NULL)
    return g_strv_builder_end (reasons);
  if (g_str_has_prefix (product_type, VIRTUAL_MAC))
    return vz_image_product_dup_mac_reasons (NULL);
  unknown = g_strdup_printf ("'%s' is not a board that vz emulates", product_type);
  g_strv_builder_add (reasons, is_mac (product_type)
                                 ? "it is for a real Mac, not for virtual machines"
                                 : unknown);
  return g_strv_builder_end (reasons);
}
