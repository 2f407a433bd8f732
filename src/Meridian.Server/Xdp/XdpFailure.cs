namespace Meridian.Server.Xdp;

/// <summary>What could not be done.</summary>
internal enum XdpStep
{
    FindInterface,
    ReadInterface,
    CreateMap,
    LoadProgram,
    Attach,
    OpenSocket,
    RegisterMemory,
    CreateRings,
    BindQueue,
    Connect,
}

/// <summary>Frames cannot be taken from the interface; never leaves this project.</summary>
/// <param name="step">What failed.</param>
/// <param name="error">errno; 0 for what is our own finding.</param>
/// <param name="detail">What else is known, a whole sentence.</param>
internal sealed class XdpException(XdpStep step, int error, string? detail = null) : Exception
{
    public XdpStep Step { get; } = step;

    public int Error { get; } = error;

    public string? Detail { get; } = detail;
}
