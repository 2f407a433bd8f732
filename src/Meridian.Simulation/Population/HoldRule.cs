namespace Meridian.Simulation.Population;

/// <summary>How long a client goes on using an address after it has looked it up, beyond its resolver's cache.</summary>
public enum HoldRule
{
    /// <summary>Looks up before each request.</summary>
    None,

    /// <summary>Keeps the address for the class's seconds: stub and browser caches with a fixed lifetime.</summary>
    Fixed,

    /// <summary>
    /// Keeps it while a connection lives, exponentially distributed with the class's seconds as mean. When the other end
    /// dies the connection breaks, and the client looks up again; a drain does not break it.
    /// </summary>
    Connection,

    /// <summary>Keeps it while a process lives, whatever happens to the other end: runtimes that never look up twice.</summary>
    Process,
}
