using Redoubt.Abi;

namespace Redoubt.Console;

// What the partitions say of themselves, and when the machine has done its work.
public partial struct Multiplexer
{
    /// <summary>
    /// Takes a partition's <see cref="GuestReport"/>; an unknown one counts as running. When all partitions that ever reported are off
    /// or have crashed, the machine has no more to do; one that starts again or was stopped here keeps it on.
    /// </summary>
    public void Report(int index, ulong report)
    {
        ref Port port = ref _ports[index];
        if (report == port.Report || report == GuestReport.None)
            return;
        port.Report = report;
        if (!_chosen && !_zoomed)
            FocusFirstGuest();
        if (!Raw || report == GuestReport.Stopped)
            ShowChange(ref port);
        if (Finished || !AllStopped(out bool crashed))
            return;
        if (crashed)
            Notice("all guests have stopped"u8);
        Finished = true;
    }

    // As long as nobody chose otherwise.
    private void FocusFirstGuest()
    {
        int first = 0;
        while (_ports[first].Report == GuestReport.None)
            first++;
        if (first != Focus)
            Turn(first);
    }

    private void ShowChange(ref Port port)
    {
        if (port.Report is not (GuestReport.Off or GuestReport.Crashed or GuestReport.Stopped))
            return;
        BeginNotice();
        Terminal.Write(in port.Name);
        Terminal.Write(port.Report switch
        {
            GuestReport.Off => " is off"u8,
            GuestReport.Crashed => " has crashed"u8,
            _ => " is stopped (Ctrl-] u starts it)"u8,
        });
        Terminal.NewLine();
    }

    private readonly bool AllStopped(out bool crashed)
    {
        crashed = false;
        for (int i = 0; i < Count; i++)
        {
            ulong report = _ports[i].Report;
            if (report is not (GuestReport.None or GuestReport.Off or GuestReport.Crashed))
                return false;
            crashed |= report == GuestReport.Crashed;
        }
        return true;
    }
}
