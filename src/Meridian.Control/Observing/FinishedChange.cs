using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Meridian.Control.Observing;

/// <summary>A change of answers that has come to its end in the caches. Figures alone: nobody who asked is in it.</summary>
/// <param name="At">When answers changed.</param>
/// <param name="Description">What changed, in words.</param>
/// <param name="Names">The names whose answers changed, the first <see cref="NamesMax"/>.</param>
/// <param name="HorizonSeconds">The longest TTL of before.</param>
/// <param name="Caches">Answers in caches that held what was taken away, about.</param>
/// <param name="Reached">When <see cref="AnswerChange.Marks"/> were passed, in seconds from the change.</param>
public sealed record FinishedChange(
    DateTimeOffset At, string Description, ImmutableArray<string> Names, int HorizonSeconds, int Caches, ImmutableArray<double> Reached)
{
    /// <summary>1 to 1,000. A change of more names than this is one of everything: its tail stands for all.</summary>
    public const int NamesMax = 64;

    /// <summary>How much longer than the TTL it took until 99 % had moved, in seconds; 0 where caches were as honest as that.</summary>
    [JsonIgnore]
    public double OverrunSeconds => Math.Max(0, Reached[AnswerChange.AlmostAll] - HorizonSeconds);

    /// <summary>Whether it has what is needed to go by it: it may have been kept by another version.</summary>
    internal bool IsWhole => Description is not null && !Names.IsDefault && !Reached.IsDefault
        && Reached.Length == AnswerChange.Marks.Length && Reached.All(double.IsFinite);
}
