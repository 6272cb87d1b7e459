/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Facts: sections 1.14 and 5.1 of the notes on the API. */

#import "standin.h"

/* That of images of macOS 13 and later. */
static NSString *const MODEL =
  @"YnBsaXN0MDDTAQIDBAUGXxAZRGF0YVJlcHJlc2VudGF0aW9uVmVyc2lvbl8QD1BsYXRmb3JtVmVyc2lvbl8QEk1pbmlt"
  @"dW1TdXBwb3J0ZWRPUxABEAKjBwgIEA0QAAgPKz1SVFZaXAAAAAAAAAEBAAAAAAAAAAkAAAAAAAAAAAAAAAAAAABe";

@interface VZMacOSConfigurationRequirements : StandinObject
{
  VZMacHardwareModel *_model;
}
@end

@implementation VZMacOSConfigurationRequirements

- (id)init
{
  NSData *data = [[[NSData alloc] initWithBase64EncodedString:MODEL options:0] autorelease];

  _model = [[VZMacHardwareModel alloc] initWithData:data];
  return self;
}

- (VZMacHardwareModel *)hardwareModel
{
  record (@"VZMacOSConfigurationRequirements hardwareModel");
  return _model;
}

- (NSUInteger)minimumSupportedCPUCount
{
  record (@"VZMacOSConfigurationRequirements minimumSupportedCPUCount");
  return option_number ("MIN_CPUS", 2);
}

- (unsigned long long)minimumSupportedMemorySize
{
  record (@"VZMacOSConfigurationRequirements minimumSupportedMemorySize");
  return option_number ("MIN_MEMORY", 4096ULL << 20);
}

- (void)dealloc
{
  [_model release];
  [super dealloc];
}

@end

@interface VZMacOSRestoreImage : StandinObject
{
  NSURL *_url;
  BOOL _fetched;
}
@end

@implementation VZMacOSRestoreImage

typedef void (^Handler) (VZMacOSRestoreImage *, NSError *);

- (id)init
{
  raise_exception (@"VZMacOSRestoreImage has no init");
}

- (id)initWithURL:(NSURL *)url fetched:(BOOL)fetched
{
  _url = [url copy];
  _fetched = fetched;
  return self;
}

/* Later, and on any thread. */
+ (void)answer:(Handler)handler with:(VZMacOSRestoreImage *)image or:(NSError *)error
{
  dispatch_async (dispatch_get_global_queue (QOS_CLASS_DEFAULT, 0), ^{
    record (@"VZMacOSRestoreImage answers: %@", image != nil ? @"an image" : @"an error");
    handler (image, error);
    [image autorelease];
    [error autorelease];
  });
}

+ (void)fetchLatestSupportedWithCompletionHandler:(Handler)handler
{
  NSString *address = [NSString stringWithUTF8String:option ("URL", "")];
  NSError *error = [chosen_error ("fetch") retain];
  VZMacOSRestoreImage *image = nil;

  record (@"VZMacOSRestoreImage fetchLatestSupportedWithCompletionHandler:");
  if (error == nil)
    image = [[self alloc] initWithURL:[NSURL URLWithString:address] fetched:YES];
  [self answer:handler with:image or:error];
}

+ (void)loadFileURL:(NSURL *)url completionHandler:(Handler)handler
{
  NSData *content;
  NSError *error = nil;
  VZMacOSRestoreImage *image = nil;

  record (@"VZMacOSRestoreImage loadFileURL: %@", [[url path] lastPathComponent]);
  if (![url isFileURL])
    raise_exception (@"loadFileURL: needs the URL of a file");
  content = [NSData dataWithContentsOfFile:[url path]];
  if (chosen_error ("load") != nil)
    error = [chosen_error ("load") retain];
  else if (content == nil)
    error = [make_error (10004, @"The file cannot be read.", nil) retain];
  else if ([content length] < 4 || memcmp ([content bytes], "PK\3\4", 4) != 0)
    error = [make_error (10005, @"The restore image is invalid.", nil) retain];
  else
    image = [[self alloc] initWithURL:url fetched:NO];
  [self answer:handler with:image or:error];
}

- (NSURL *)URL
{
  record (@"VZMacOSRestoreImage URL");
  return _url;
}

- (VZMacOSConfigurationRequirements *)mostFeaturefulSupportedConfiguration
{
  record (@"VZMacOSRestoreImage mostFeaturefulSupportedConfiguration");
  if (!_fetched && strcmp (option ("REQUIREMENTS", ""), "none") == 0)
    return nil;
  return [[[VZMacOSConfigurationRequirements alloc] init] autorelease];
}

- (void)dealloc
{
  [_url release];
  [super dealloc];
}

@end
