/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/config/vz-config.h"
#include "foundation/config/vz-problems.h"

G_BEGIN_DECLS

/* How this works
 *
 * A configuration class describes its properties in one table of VzField rows, called `fields`, and
 * VZ_DEFINE_CONFIG makes the class from it. From the rows the base class derives the GParamSpecs,
 * get, set and notify, defaults, finalize, copy, equality, reading and writing JSON, the checks of
 * a single value, setting from text and the reference listing. The documentation of a property and
 * of its accessors also comes from its row: src/vz-property-comments.c writes it when the library's
 * introspection data is made.
 *
 * A row finds its value by the offset in the instance struct. That offset is constant only if the
 * class is final, so only final classes have fields; an abstract parent (such as a storage device)
 * stores nothing, and its accessors find the row by name.
 *
 * A range in a row is a rule for validate(), not for the GParamSpec: as with Apple's classes, any
 * value can be set, and validation reports what is wrong with it. */

typedef enum {
  VZ_KIND_BOOL, /* gboolean */
  VZ_KIND_UINT, /* guint */
  VZ_KIND_UINT64, /* guint64 */
  VZ_KIND_ENUM, /* an enum with a GType */
  VZ_KIND_STRING, /* char *, owned */
  VZ_KIND_OBJECT, /* a VzConfig, owned; NULL: absent */
  VZ_KIND_VALUE, /* an immutable GObject, shared by reference; NULL: absent */
  VZ_KIND_ARRAY, /* a GPtrArray of VzConfig, owned, never NULL; see VZ_FIELD_HOLES */
  N_VZ_KINDS
} VzFieldKind;

typedef enum {
  VZ_FIELD_REQUIRED = 1 << 0, /* must not be NULL or empty */
  VZ_FIELD_NOT_SAVED = 1 << 1, /* not written to JSON */
  VZ_FIELD_PATH = 1 << 2, /* a local file; saved relative to the bundle if inside it */
  VZ_FIELD_BYTES = 1 << 3, /* a size in bytes: the text form may be 3G */
  VZ_FIELD_HOLES = 1 << 4, /* elements except the last may be NULL; null in JSON */
  VZ_FIELD_INLINE = 1 << 5, /* an object, never NULL, whose rows appear in its place in JSON and
                             * texts */
} VzFieldFlags;

/* What the base class needs to know about an immutable value type. Without from_text, a value is
 * neither saved nor set from text; without equal, values are compared by address. */
typedef struct {
  char *(*to_text) (gpointer value);
  gpointer (*from_text) (const char *text, GError **error);
  gboolean (*equal) (gpointer a, gpointer b);
} VzValueType;

typedef struct {
  const char *name; /* of the property and the JSON key; with dashes */
  VzFieldKind kind;
  goffset offset;
  gsize size; /* of the member; checked against the kind at installation */
  const char *doc; /* what the value is, as in "the kernel file" or "whether ..."; with unit */
  const char *more; /* full sentences, only for the property's documentation; or NULL */
  GType (*type) (void); /* enum, object, value, array element */
  const VzValueType *value;
  guint64 def; /* of bool, uint, uint64, enum */
  const char *text; /* default of a string; NULL becomes this */
  guint64 min, max; /* rule for validate(); both 0: none */
  VzFieldFlags flags;
} VzField;

typedef struct {
  const char *symbol_prefix; /* of the class's functions */
  const VzField *fields;
  guint n_fields;
  GParamSpec **props; /* n_fields + 1, the first unused */

  /* Called with the class, for what it has beyond properties. May be NULL. */
  void (*set_up_class) (gpointer klass);
  /* Called once @copy has all values of @self. May be NULL. */
  void (*copied) (VzConfig *self, VzConfig *copy);
  /* Sets values of a new object beyond the rows' defaults. May be NULL. */
  void (*init) (VzConfig *self);
  /* Rules beyond single values; called after the rows have been checked. May be NULL. */
  void (*check) (VzConfig *self, VzProblems *problems);
  /* What prevents saving and restoring a machine. May be NULL. */
  void (*check_save_restore) (VzConfig *self, VzProblems *problems);
} VzFieldTable;

#define VZ_ROW(Name, Kind, Type, member, Doc) \
  .name = (Name), .kind = (Kind), .offset = G_STRUCT_OFFSET (Type, member), \
  .size = G_SIZEOF_MEMBER (Type, member), .doc = (Doc)

#define VZ_BOOL(name, Type, member, doc, ...) \
  { \
    VZ_ROW (name, VZ_KIND_BOOL, Type, member, doc), __VA_ARGS__ \
  }
#define VZ_UINT(name, Type, member, doc, ...) \
  { \
    VZ_ROW (name, VZ_KIND_UINT, Type, member, doc), __VA_ARGS__ \
  }
#define VZ_UINT64(name, Type, member, doc, ...) \
  { \
    VZ_ROW (name, VZ_KIND_UINT64, Type, member, doc), __VA_ARGS__ \
  }
#define VZ_ENUM(name, Type, member, doc, get_type, ...) \
  { \
    VZ_ROW (name, VZ_KIND_ENUM, Type, member, doc), .type = (get_type), __VA_ARGS__ \
  }
#define VZ_STRING(name, Type, member, doc, ...) \
  { \
    VZ_ROW (name, VZ_KIND_STRING, Type, member, doc), __VA_ARGS__ \
  }
#define VZ_OBJECT(name, Type, member, doc, get_type, ...) \
  { \
    VZ_ROW (name, VZ_KIND_OBJECT, Type, member, doc), .type = (get_type), __VA_ARGS__ \
  }
#define VZ_VALUE(name, Type, member, doc, get_type, ops, ...) \
  { \
    VZ_ROW (name, VZ_KIND_VALUE, Type, member, doc), .type = (get_type), .value = (ops), \
                                                     __VA_ARGS__ \
  }
#define VZ_ARRAY(name, Type, member, doc, get_type, ...) \
  { \
    VZ_ROW (name, VZ_KIND_ARRAY, Type, member, doc), .type = (get_type), __VA_ARGS__ \
  }

/* The class of the rows in `fields`; the rest are further members of its VzFieldTable. */
#define VZ_DEFINE_CONFIG(Type, prefix, PARENT, ...) \
  VZ_DEFINE_CONFIG_OF (Type, prefix, PARENT, fields, G_N_ELEMENTS (fields), __VA_ARGS__)
/* A class without properties. */
#define VZ_DEFINE_BARE_CONFIG(Type, prefix, PARENT, ...) \
  VZ_DEFINE_CONFIG_OF (Type, prefix, PARENT, NULL, 0, __VA_ARGS__)
/* A class that implements an interface. */
#define VZ_DEFINE_CONFIG_WITH(Type, prefix, PARENT, INTERFACE, ...) \
  G_DEFINE_FINAL_TYPE_WITH_CODE (Type, prefix, PARENT, G_IMPLEMENT_INTERFACE (INTERFACE, NULL)) \
  VZ_DEFINE_CONFIG_TABLE (Type, prefix, fields, G_N_ELEMENTS (fields), __VA_ARGS__)
#define VZ_DEFINE_CONFIG_OF(Type, prefix, PARENT, rows, n_rows, ...) \
  G_DEFINE_FINAL_TYPE (Type, prefix, PARENT) \
  VZ_DEFINE_CONFIG_TABLE (Type, prefix, rows, n_rows, __VA_ARGS__)
#define VZ_DEFINE_CONFIG_TABLE(Type, prefix, rows, n_rows, ...) \
  static GParamSpec *prefix##_props[(n_rows) + 1]; \
  static const VzFieldTable prefix##_table = { .symbol_prefix = #prefix, \
                                               .fields = (rows), \
                                               .n_fields = (n_rows), \
                                               .props = prefix##_props, \
                                               __VA_ARGS__ }; \
  static void prefix##_class_init (Type##Class *klass) \
  { \
    vz_config_class_install (klass, &prefix##_table); \
  } \
  static void prefix##_init (Type *self) \
  { \
    if (prefix##_table.init != NULL) \
      prefix##_table.init (VZ_CONFIG (self)); \
  }
/* A parent class, which stores nothing. */
#define VZ_DEFINE_ABSTRACT_CONFIG(Type, prefix) \
  G_DEFINE_ABSTRACT_TYPE (Type, prefix, VZ_TYPE_CONFIG) \
  static void prefix##_class_init (Type##Class *klass) {} \
  static void prefix##_init (Type *self) {}

/* @table must live as long as the process. */
void vz_config_class_install (gpointer klass, const VzFieldTable *table);
const VzFieldTable *vz_config_get_table (VzConfig *self);
const VzField *vz_config_class_get_fields (VzConfigClass *klass, guint *ret_n_fields);
const VzField *vz_config_find_field (VzConfig *self, const char *name);
const VzField *vz_config_find_inline (VzConfig **self, const char *name);
const VzField *vz_config_get_field_at (VzConfig *self, goffset offset);

/* The classes that JSON may name, and their abstract parents. The list is static; it is not
 * examined until the first text is read, so a part may register its classes before main(). */
typedef struct _VzConfigTypes VzConfigTypes;
struct _VzConfigTypes {
  GType (*const *types) (void);
  guint n_types;
  VzConfigTypes *next;
};
void vz_config_add_types (VzConfigTypes *types);
GType vz_config_type_from_name (const char *name);

/* A row's value, typed. The setters notify if the value changes. */
#define VZ_FIELD_AT(self, field, Type) ((Type *) G_STRUCT_MEMBER_P ((self), (field)->offset))
void vz_field_init (VzConfig *self, const VzField *field);
void vz_field_clear (VzConfig *self, const VzField *field);
guint64 vz_field_get_number (VzConfig *self, const VzField *field);
void vz_field_set_number (VzConfig *self, const VzField *field, guint64 value);
gpointer vz_field_get_pointer (VzConfig *self, const VzField *field);
void vz_field_set_string (VzConfig *self, const VzField *field, const char *value);
void vz_field_set_object (VzConfig *self, const VzField *field, gpointer value);
void vz_field_set_array (VzConfig *self, const VzField *field, GPtrArray *value);
GPtrArray *vz_field_new_elements (void);

/* Any row that holds a single value, from its text form ("3G", "true", an enum's nick). */
gboolean vz_field_set_text (VzConfig *self, const VzField *field, const char *text, GError **error);

void vz_field_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec);
void vz_field_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec);
GParamSpec *vz_field_make_pspec (const VzField *field);

/* Keys of the JSON object that this version does not know (JsonObject): kept and written back. */
gpointer vz_config_get_unknown (VzConfig *self);
void vz_config_set_unknown (VzConfig *self, gpointer json_object);

/* Accessors of a property, given the class, the prefix of its functions and the member. */
#define VZ_ACCESS(CType, Type, prefix, member, set, value) \
  CType prefix##_get_##member (Type *self) \
  { \
    g_return_val_if_fail (VZ_IS_OF (self, prefix), (CType) 0); \
    return self->member; \
  } \
  void prefix##_set_##member (Type *self, CType member) \
  { \
    g_return_if_fail (VZ_IS_OF (self, prefix)); \
    set (VZ_CONFIG (self), \
         vz_config_get_field_at (VZ_CONFIG (self), G_STRUCT_OFFSET (Type, member)), value); \
  }
#define VZ_IS_OF(self, prefix) G_TYPE_CHECK_INSTANCE_TYPE (self, prefix##_get_type ())

#define VZ_ACCESS_NUMBER(CType, Type, prefix, member) \
  VZ_ACCESS (CType, Type, prefix, member, vz_field_set_number, (guint64) member)
#define VZ_ACCESS_STRING(Type, prefix, member) \
  VZ_ACCESS (const char *, Type, prefix, member, vz_field_set_string, member)
#define VZ_ACCESS_OBJECT(CType, Type, prefix, member) \
  VZ_ACCESS (CType *, Type, prefix, member, vz_field_set_object, member)
#define VZ_ACCESS_ARRAY(Type, prefix, member) \
  VZ_ACCESS (GPtrArray *, Type, prefix, member, vz_field_set_array, member)

/* The same for an abstract class whose final classes have a row of that name; the documentation is
 * above the macro. */
#define VZ_ACCESS_INHERITED_OBJECT(CType, Type, prefix, member, name) \
  CType *prefix##_get_##member (Type *self) \
  { \
    g_return_val_if_fail (VZ_IS_OF (self, prefix), NULL); \
    return vz_field_get_pointer (VZ_CONFIG (self), vz_config_find_field (VZ_CONFIG (self), name)); \
  } \
  void prefix##_set_##member (Type *self, CType *member) \
  { \
    g_return_if_fail (VZ_IS_OF (self, prefix)); \
    vz_field_set_object (VZ_CONFIG (self), vz_config_find_field (VZ_CONFIG (self), name), member); \
  }

G_END_DECLS
