import "../styles";
import { mount } from "svelte";
import Kiosk from "./Kiosk.svelte";

const checkpoint = new URLSearchParams(location.search).get("checkpoint") ?? "";
const target = document.getElementById("page");
if (target) mount(Kiosk, { target, props: { checkpoint } });
