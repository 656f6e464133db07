// The menu: a link per sample below the names of their groups. It marks the sample that is being read.

function element(tag, text) {
    const made = document.createElement(tag);
    made.textContent = text;
    return made;
}

function list_of_links(samples, links) {
    const contents = document.getElementById("contents");
    let list;
    for (const sample of samples) {
        if (sample.group || !list) {
            list = document.createElement("ul");
            const heading = element("h2", sample.group ?? "Samples");
            heading.id = `group-${links.size}`;
            list.setAttribute("aria-labelledby", heading.id);
            contents.append(heading, list);
        }
        const link = element("a", sample.title);
        link.href = `#${sample.name}`;
        const item = document.createElement("li");
        item.append(link);
        list.append(item);
        links.set(sample.name, link);
    }
}

// The last sample that begins above a line some way below where a link scrolls to. The last one of all is made tall
// enough by the style sheet to get there.
function sample_being_read(sections) {
    const scrolled_to = parseFloat(getComputedStyle(document.documentElement).scrollPaddingTop);
    const line = scrolled_to + Math.min(160, innerHeight / 5);
    return sections.findLast((section) => section.getBoundingClientRect().top <= line) ?? sections[0];
}

// The menu is longer than a window and wider than a phone: what is marked has to be in it.
function bring_into_view(link) {
    const scroller = document.querySelector("nav");
    const box = scroller.getBoundingClientRect();
    const at = link.getBoundingClientRect();
    scroller.scrollBy({
        left: at.left + at.width / 2 - box.left - box.width / 2,
        top: at.top + at.height / 2 - box.top - box.height / 2,
        behavior: "instant",
    });
}

function follow(links) {
    const sections = [...document.querySelectorAll(".sample")];
    let marked;
    let due = false;
    const mark = () => {
        due = false;
        const link = links.get(sample_being_read(sections).id);
        if (link === marked) return;
        marked?.removeAttribute("aria-current");
        marked = link;
        marked.setAttribute("aria-current", "true");
        bring_into_view(marked);
    };
    const mark_soon = () => {
        if (!due) requestAnimationFrame(mark);
        due = true;
    };
    addEventListener("scroll", mark_soon, { passive: true });
    addEventListener("resize", mark_soon);
    mark();
}

export function build_menu(samples) {
    const links = new Map();
    list_of_links(samples, links);
    follow(links);
}

// What a browser keeps for a page may be switched off.
function remembered_theme(theme) {
    try {
        if (theme) sessionStorage.setItem("theme", theme);
        return sessionStorage.getItem("theme");
    } catch {
        return theme;
    }
}

// Light or dark: what the system says, until the button says otherwise.
export function add_theme_switch() {
    const button = document.querySelector(".theme");
    const system = matchMedia("(prefers-color-scheme: dark)");
    let chosen = remembered_theme();
    const show = () => {
        if (chosen) document.documentElement.dataset.theme = chosen;
        const dark = chosen ? chosen === "dark" : system.matches;
        button.textContent = dark ? "☀" : "☾";
        button.title = dark ? "Light colours" : "Dark colours";
        button.setAttribute("aria-label", button.title);
        button.value = dark ? "light" : "dark";
    };
    button.addEventListener("click", () => {
        chosen = button.value;
        remembered_theme(chosen);
        show();
    });
    system.addEventListener("change", show);
    button.hidden = false;
    show();
}
