namespace Redoubt.Tool.Machines;

/// <summary>How a person here sees a machine's display.</summary>
public static class DisplayView
{
    /// <summary>QEMU's display type for nobody.</summary>
    public const string None = "none";

    /// <summary>A window where there is a desktop and QEMU can open one (Debian's package qemu-system-gui), otherwise VNC for this machine only.</summary>
    public static string Choose() => HasDesktop && Knows("gtk") ? "gtk,zoom-to-fit=on,show-menubar=off" : "vnc=127.0.0.1:0,to=99";

    /// <summary>What a person must be told to see it; null for a window, which they see.</summary>
    public static string? Tell(string view, MachineControl control)
    {
        if (!view.StartsWith("vnc", StringComparison.Ordinal))
            return null;
        string? port = control.Execute("query-vnc")["service"]?.GetValue<string>();
        return $"The display is at vnc://127.0.0.1:{port}{(HasDesktop ? "; with the package qemu-system-gui it is a window" : "")}";
    }

    private static bool HasDesktop => new[] { "DISPLAY", "WAYLAND_DISPLAY" }.Any(name => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(name)));

    private static bool Knows(string type) =>
        Subprocess.Run(QemuMachine.Program, ["-display", "help"]).Output.Split('\n', StringSplitOptions.TrimEntries).Contains(type);
}
