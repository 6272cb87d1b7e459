/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/identity/vz-hardware-model-private.h"
#include "foundation/vz-fail.h"

/**
 * VzHardwareModel:
 *
 * The board that the guest sees, with its version and architecture; fixed for the life of a bundle.
 * #VzMacHardwareModel stands for Apple's boards, #VzGenericHardwareModel for ours. Immutable. Not
 * in Apple's framework, which has only `VZMacHardwareModel`.
 *
 * The data representation is a binary property list. An object made from data keeps those bytes, so
 * that keys unknown to this version, and the way in which another writer stored them, survive.
 *
 * QEMU: `-machine`, if it is a #VzGenericHardwareModel.
 *
 * Since: 0.1
 */
typedef struct {
  GBytes *data; /* owned */
} VzHardwareModelPrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (VzHardwareModel, vz_hardware_model, G_TYPE_OBJECT)

enum { PROP_DATA_REPRESENTATION = 1, PROP_IS_SUPPORTED, N_PROPS };
static GParamSpec *props[N_PROPS];

static void
vz_hardware_model_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  VzHardwareModel *self = VZ_HARDWARE_MODEL (object);

  switch (id)
    {
    case PROP_DATA_REPRESENTATION:
      g_value_set_boxed (value, vz_hardware_model_get_data_representation (self));
      break;
    case PROP_IS_SUPPORTED:
      g_value_set_boolean (value, vz_hardware_model_is_supported (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
vz_hardware_model_finalize (GObject *object)
{
  VzHardwareModelPrivate *priv =
    vz_hardware_model_get_instance_private (VZ_HARDWARE_MODEL (object));

  g_clear_pointer (&priv->data, g_bytes_unref);
  G_OBJECT_CLASS (vz_hardware_model_parent_class)->finalize (object);
}

static void
vz_hardware_model_init (VzHardwareModel *self)
{
}

static void
vz_hardware_model_class_init (VzHardwareModelClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = vz_hardware_model_get_property;
  object_class->finalize = vz_hardware_model_finalize;

  /**
   * VzHardwareModel:data-representation:
   *
   * The bytes of the bundle's file `HardwareModel`.
   */
  props[PROP_DATA_REPRESENTATION] = g_param_spec_boxed ("data-representation", NULL, NULL,
                                                        G_TYPE_BYTES,
                                                        G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  /**
   * VzHardwareModel:is-supported:
   *
   * Whether a machine of this model can run on this host.
   */
  props[PROP_IS_SUPPORTED] = g_param_spec_boolean ("is-supported", NULL, NULL, FALSE,
                                                   G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

void
vz_hardware_model_set_data (VzHardwareModel *self, GBytes *data)
{
  VzHardwareModelPrivate *priv = vz_hardware_model_get_instance_private (self);

  g_bytes_ref (data);
  g_clear_pointer (&priv->data, g_bytes_unref);
  priv->data = data;
}

/**
 * vz_hardware_model_new_from_data:
 * @data: a data representation: a binary property list of at most 4096 bytes
 * @error: return location for an error, or %NULL
 *
 * Decodes Apple's hardware models (`PlatformVersion`) and ours (`MachineType`). A model that this
 * host cannot run is not an error; see vz_hardware_model_is_supported().
 *
 * Returns: (transfer full) (nullable): a #VzMacHardwareModel or #VzGenericHardwareModel, or %NULL
 *   with %VZ_ERROR_INVALID_ARGUMENT
 */
VzHardwareModel *
vz_hardware_model_new_from_data (GBytes *data, GError **error)
{
  VZ_AUTO_PLIST dict = NULL;
  VZ_ERROR_PREFIX ("hardware model");

  g_return_val_if_fail (data != NULL, NULL);
  dict = vz_plist_read_dictionary (data, error);
  if (dict == NULL)
    return NULL;
  if (plist_dict_get_item (dict, "MachineType") != NULL)
    return vz_generic_hardware_model_new_from_plist (dict, data, error);
  if (plist_dict_get_item (dict, "PlatformVersion") != NULL)
    return vz_mac_hardware_model_new_from_plist (dict, data, error);
  if (plist_dict_get_item (dict, "ECID") != NULL)
    return vz_fail_null (error, VZ_ERROR_INVALID_ARGUMENT,
                         "this is a machine identifier (it has an ECID)");
  return vz_fail_null (error, VZ_ERROR_INVALID_ARGUMENT,
                       "it has neither PlatformVersion nor MachineType");
}

/**
 * vz_hardware_model_get_data_representation:
 * @self: a hardware model
 *
 * Returns: (transfer none): the binary property list that represents it
 */
GBytes *
vz_hardware_model_get_data_representation (VzHardwareModel *self)
{
  g_return_val_if_fail (VZ_IS_HARDWARE_MODEL (self), NULL);
  if (VZ_HARDWARE_MODEL_GET_CLASS (self)->complete != NULL)
    VZ_HARDWARE_MODEL_GET_CLASS (self)->complete (self);
  return ((VzHardwareModelPrivate *) vz_hardware_model_get_instance_private (self))->data;
}

/**
 * vz_hardware_model_is_supported:
 * @self: a hardware model
 *
 * Returns: whether a machine of this model can run on this host: never for Apple's boards
 */
gboolean
vz_hardware_model_is_supported (VzHardwareModel *self)
{
  g_return_val_if_fail (VZ_IS_HARDWARE_MODEL (self), FALSE);
  return VZ_HARDWARE_MODEL_GET_CLASS (self)->is_supported (self);
}

/**
 * vz_hardware_model_equal:
 * @self: a hardware model
 * @other: another one
 *
 * Returns: whether both mean the same board: the same bytes, or the same contents stored
 *   differently
 */
gboolean
vz_hardware_model_equal (VzHardwareModel *self, VzHardwareModel *other)
{
  g_return_val_if_fail (VZ_IS_HARDWARE_MODEL (self) && VZ_IS_HARDWARE_MODEL (other), FALSE);
  if (g_bytes_equal (vz_hardware_model_get_data_representation (self),
                     vz_hardware_model_get_data_representation (other)))
    return TRUE;
  return G_OBJECT_TYPE (self) == G_OBJECT_TYPE (other) &&
         VZ_HARDWARE_MODEL_GET_CLASS (self)->has_equal_content (self, other);
}

/**
 * vz_hardware_model_describe:
 * @self: a hardware model
 *
 * Returns: (transfer full): a one-line description for the user
 */
char *
vz_hardware_model_describe (VzHardwareModel *self)
{
  g_return_val_if_fail (VZ_IS_HARDWARE_MODEL (self), NULL);
  return VZ_HARDWARE_MODEL_GET_CLASS (self)->describe (self);
}
