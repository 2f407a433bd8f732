namespace Meridian.Dns.Records;

/// <summary>CLASS values (IANA "DNS CLASSes").</summary>
public enum RecordClass : ushort
{
    Reserved = 0,
    IN = 1,
    CH = 3,
    HS = 4,
    NONE = 254,
    ANY = 255,
}
