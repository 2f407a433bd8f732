namespace Meridian.Control.ChangeLog;

/// <summary>The log cannot be read: its storage failed, or what is stored is not what was written.</summary>
public sealed class ChangeLogException : Exception
{
    public ChangeLogException(string message)
        : base(message)
    {
    }

    public ChangeLogException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
