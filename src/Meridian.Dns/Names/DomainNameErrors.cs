namespace Meridian.Dns.Names;

/// <summary>Words for <see cref="DomainNameError"/>, for people.</summary>
public static class DomainNameErrors
{
    /// <summary>One sentence without a full stop that says what is wrong with the name.</summary>
    public static string Describe(this DomainNameError error) => error switch
    {
        DomainNameError.Empty => "a name cannot be empty; the root is written '.'",
        DomainNameError.EmptyLabel => "two dots follow each other: a label cannot be empty",
        DomainNameError.LabelTooLong => "a label is longer than 63 octets (RFC 1035 §2.3.4)",
        DomainNameError.NameTooLong => "the name is longer than 255 octets (RFC 1035 §2.3.4)",
        DomainNameError.BadEscape => "a backslash must be followed by a character or three digits 000–255 (RFC 1035 §5.1)",
        DomainNameError.NotAscii => "a character outside ASCII must be written as an A-label (xn--…) or as \\DDD",
        DomainNameError.NoOrigin => "the name is relative and there is no origin to complete it; end it with a dot",
        DomainNameError.Truncated => "the name ends before its last label",
        DomainNameError.CompressionPointer => "a compression pointer cannot stand here",
        _ => "the name is valid",
    };
}
