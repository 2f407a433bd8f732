namespace Meridian.Engine.Model;

/// <summary>Where load readings come from. Their values are not configuration: they change without a new revision.</summary>
/// <param name="File">A text file with lines of <c>subject metric value</c>.</param>
/// <param name="MaxAge">A file that was not written for longer than this says nothing; 1 s to 1 d.</param>
public sealed record LoadModel(string File, TimeSpan MaxAge);
