namespace Meridian.Engine.Answering;

/// <summary>A section of a response.</summary>
internal enum MessageSection : byte
{
    Answer,
    Authority,
    Additional,
}
