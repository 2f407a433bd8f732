using Meridian.Engine.Answering;

namespace Meridian.Server;

/// <summary>
/// The one seam as the transports see it. They are generic over a struct that implements it, so that the JIT compiles
/// the call directly into each loop; tests put an echo behind it.
/// </summary>
public interface IQueryAnswerer
{
    /// <inheritdoc cref="QueryAnswerer.Answer(ReadOnlySpan{byte}, in ClientInfo, Span{byte})"/>
    AnswerResult Answer(ReadOnlySpan<byte> query, in ClientInfo client, Span<byte> response);
}

/// <summary>The engine behind the seam.</summary>
/// <param name="answerer">This thread's own.</param>
public readonly struct EngineAnswerer(QueryAnswerer answerer) : IQueryAnswerer
{
    public AnswerResult Answer(ReadOnlySpan<byte> query, in ClientInfo client, Span<byte> response) =>
        answerer.Answer(query, client, response);
}
