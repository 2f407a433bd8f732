namespace Meridian.Dns;

/// <summary>OpCode values (IANA "DNS OpCodes").</summary>
public enum Opcode : byte
{
    Query = 0,
    IQuery = 1,
    Status = 2,
    Notify = 4,
    Update = 5,
    Dso = 6,
}
