namespace Meridian.Server.Xdp;

/// <summary>Where in the kernel the frames are taken.</summary>
public enum XdpAttachMode
{
    /// <summary>In the driver when it can, else in the generic layer.</summary>
    Auto,

    /// <summary>In the driver, before the kernel makes a packet of the frame; only there does it get past the C servers.</summary>
    Native,

    /// <summary>Above the driver, with any interface: little gain, meant for trying things out.</summary>
    Generic,
}
