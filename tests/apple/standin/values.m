/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a machine is: addresses, models, identifiers, auxiliary storage. Facts: sections 1.2 and 6
 * of the notes on the API; data representations and the storage's size are real ones. */

#import "standin.h"

#include <ctype.h>
#include <fcntl.h>
#include <openssl/sha.h>
#include <unistd.h>

#define STORAGE_SIZE 33570816

unsigned char *
CC_SHA256 (const void *data, uint32_t length, unsigned char *digest)
{
  return SHA256 (data, length, digest);
}

@implementation VZMACAddress

/* Six bytes of two hexadecimal digits with colons; of all else nothing is made. */
- (id)initWithString:(NSString *)text
{
  const char *characters = [text UTF8String];
  BOOL right = [text length] == 17;

  record (@"VZMACAddress initWithString: %@", text);
  for (int i = 0; right && i < 17; i++)
    right = i % 3 == 2 ? characters[i] == ':' : isxdigit (characters[i]) != 0;
  if (!right)
    {
      [self release];
      return nil;
    }
  _text = [[text lowercaseString] copy];
  return self;
}

- (NSString *)string
{
  return _text;
}

- (void)dealloc
{
  [_text release];
  [super dealloc];
}

@end

static BOOL
contains (NSData *data, const char *text)
{
  return [data length] >= 40 && memcmp ([data bytes], "bplist00", 8) == 0 &&
         memmem ([data bytes], [data length], text, strlen (text)) != NULL;
}

BOOL
model_is_supported (void)
{
  return strcmp (option ("SUPPORTED", "yes"), "no") != 0;
}

@implementation VZMacHardwareModel

- (id)init
{
  raise_exception (@"VZMacHardwareModel has no init");
}

- (id)initWithDataRepresentation:(NSData *)data
{
  record (@"VZMacHardwareModel initWithDataRepresentation: %lu bytes", [data length]);
  return [self initWithData:data];
}

- (id)initWithData:(NSData *)data
{
  if (!contains (data, "PlatformVersion") || !contains (data, "MinimumSupportedOS"))
    {
      [self release];
      return nil;
    }
  _data = [data copy];
  return self;
}

- (NSData *)dataRepresentation
{
  record (@"VZMacHardwareModel dataRepresentation");
  return [[_data copy] autorelease];
}

- (BOOL)isSupported
{
  record (@"VZMacHardwareModel isSupported");
  return model_is_supported ();
}

- (NSData *)data
{
  return _data;
}

- (BOOL)isEqual:(id)other
{
  return [other isKindOfClass:[VZMacHardwareModel class]] &&
         [_data isEqual:((VZMacHardwareModel *) other)->_data];
}

- (NSUInteger)hash
{
  return [_data hash];
}

- (void)dealloc
{
  [_data release];
  [super dealloc];
}

@end

@implementation VZMacMachineIdentifier

/* A number below 2^63 is stored in eight bytes, others in sixteen. */
- (id)init
{
  unsigned long long number = option_number ("ECID", 0x1661a1d30fb268d5);
  BOOL is_long = number >> 63;
  unsigned char bytes[68] = "bplist00\xd1\x01\x02\x54"
                            "ECID";
  size_t at = 16;

  record (@"VZMacMachineIdentifier init");
  bytes[at++] = is_long ? 0x14 : 0x13;
  at += is_long ? 8 : 0;
  for (int i = 7; i >= 0; i--)
    bytes[at++] = (unsigned char) (number >> (8 * i));
  bytes[at + 0] = 8; /* where the objects are: the dictionary, the key, the number */
  bytes[at + 1] = 11;
  bytes[at + 2] = 16;
  bytes[at + 3 + 6] = 1; /* the trailer */
  bytes[at + 3 + 7] = 1;
  bytes[at + 3 + 15] = 3;
  bytes[at + 3 + 31] = (unsigned char) at;
  _data = [[NSData alloc] initWithBytes:bytes length:at + 3 + 32];
  return self;
}

- (id)initWithDataRepresentation:(NSData *)data
{
  record (@"VZMacMachineIdentifier initWithDataRepresentation: %lu bytes", [data length]);
  if (!contains (data, "ECID"))
    {
      [self release];
      return nil;
    }
  _data = [data copy];
  return self;
}

- (NSData *)dataRepresentation
{
  record (@"VZMacMachineIdentifier dataRepresentation");
  return [[_data copy] autorelease];
}

- (void)dealloc
{
  [_data release];
  [super dealloc];
}

@end

@implementation VZMacAuxiliaryStorage

- (id)init
{
  raise_exception (@"VZMacAuxiliaryStorage has no init");
}

- (id)initWithURL:(NSURL *)url
{
  record (@"VZMacAuxiliaryStorage initWithURL: %@", [[url path] lastPathComponent]);
  if (![url isFileURL])
    raise_exception (@"VZMacAuxiliaryStorage needs the URL of a file");
  _url = [url copy];
  return self;
}

- (id)initCreatingStorageAtURL:(NSURL *)url
                 hardwareModel:(VZMacHardwareModel *)model
                       options:(NSUInteger)options
                         error:(NSError **)error
{
  BOOL overwrite = options == 1;
  int fd = -1;

  record (@"VZMacAuxiliaryStorage initCreatingStorageAtURL: %@ options: %lu",
          [[url path] lastPathComponent], options);
  if (![url isFileURL] || model == nil || options > 1)
    raise_exception (@"VZMacAuxiliaryStorage needs the URL of a file and a hardware model");
  if (chosen_error ("storage") != nil)
    *error = chosen_error ("storage");
  else
    fd = open ([[url path] fileSystemRepresentation],
               O_RDWR | O_CREAT | O_CLOEXEC | (overwrite ? O_TRUNC : O_EXCL), 0600);
  if (fd < 0 || ftruncate (fd, STORAGE_SIZE) != 0)
    {
      if (*error == nil)
        *error = [NSError errorWithDomain:NSCocoaErrorDomain
                                     code:516
                                 userInfo:[NSDictionary dictionaryWithObject:@"The file exists."
                                                        forKey:NSLocalizedDescriptionKey]];
      [self release];
      return nil;
    }
  close (fd);
  _url = [url copy];
  _model = [[model data] copy];
  return self;
}

- (NSURL *)URL
{
  return _url;
}

- (NSData *)model
{
  return _model;
}

- (void)dealloc
{
  [_url release];
  [_model release];
  [super dealloc];
}

@end
